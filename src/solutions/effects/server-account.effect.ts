import { Injectable } from '@nestjs/common';
import type { TargetConfig } from '../../config/target-config.js';
import type { ActionKind } from '../../saga/action.js';
import { CallError } from '../../saga/call-error.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import type { ObjectId } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { objectId } from './action-parts.js';

/** The account a server runs as ("Log On As"). Image: its type and DBID; null where there is no such application. */
@Injectable()
export class ServerAccountEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'set-account' && objectType === ObjectType.application;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const { security } = this.targets.get(action.target);
    const found = await security.readAccount(
      call,
      objectId(action).dbid,
      [action.before, action.after].filter(isAccount),
    );
    if (found === null) return { image: null };
    const { type, dbid } = found.account;
    return { image: { type, dbid }, token: found.token };
  }

  apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    return this.write(call, action, seen, action.after);
  }

  revert(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    return this.write(call, action, seen, action.before);
  }

  private async write(call: Call, action: ResolvedAction, seen: Seen, image: Json): Promise<Effected> {
    const { security, config } = this.targets.get(action.target);
    const token = 'token' in seen ? (seen.token as string | null) : null;
    try {
      await security.updateAccount(call, objectId(action).dbid, image as unknown as ObjectId, token);
    } catch (error) {
      throw isPairRefusal(error, action, config) ? asPairRefusal(error, action) : error;
    }
    return { effected: 'done' };
  }
}

/** One of its images, unless nobody knows it yet. */
const isAccount = (image: Json): image is Json & ObjectId =>
  image !== null && typeof image === 'object' && 'type' in image && 'dbid' in image;

/** On one server of a linked pair a refusal that is not for want of a right is about its partner's account. */
function isPairRefusal(
  error: unknown,
  { input }: ResolvedAction,
  { conventions }: TargetConfig,
): error is CallError {
  if (input['pair'] !== true || !(error instanceof CallError) || error.errorClass !== 'invalid') return false;
  return (
    error.options.platform !== `error type ${conventions.errorTypeNoPermission}` &&
    error.options.platform !== 'HTTP 403'
  );
}

function asPairRefusal(error: CallError, { object }: ResolvedAction): CallError {
  const detail = `the platform refuses to set the account of "${object.name}" while it is linked to its partner: ${error.detail}`;
  return new CallError('invalid', detail, { ...error.options, code: 'pair-account-refused', cause: error });
}
