import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import { CallError } from '../../saga/call-error.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import type { ObjectId } from '../ports/config-objects.js';
import type { Acl, AclEntry } from '../ports/config-security.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { entryMask } from '../rules/grant.js';
import { forWhom, objectId } from './action-parts.js';

/**
 * Our entry in the access control list of a script or an application; never of a container, whose rights propagate.
 * Image: the mask of our entry, or null. The list is written whole, so every other entry goes back as it was read, and
 * the token makes the write fail when the list has changed in between.
 */
@Injectable()
export class AclEntryEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    const isEntry = kind === 'grant' || kind === 'revoke';
    return isEntry && (objectType === ObjectType.script || objectType === ObjectType.application);
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const acl = await this.targets.get(action.target).security.readAcl(call, objectId(action));
    const accessMask = entryMask(acl, forWhom(action));
    return { image: accessMask === null ? null : { accessMask }, token: acl };
  }

  apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    return this.write(call, action, seen, action.after);
  }

  revert(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    return this.write(call, action, seen, action.before);
  }

  private async write(call: Call, action: ResolvedAction, seen: Seen, image: Json): Promise<Effected> {
    const acl = ('token' in seen ? seen.token : null) as Acl | null;
    // Without the list as it was read, a write would take every entry of others away.
    if (acl === null)
      throw new CallError('invalid', `"${action.object.name}" has no access control list: it does not exist`);
    const entries = withEntry(acl.entries, forWhom(action), maskOf(image));
    await this.targets.get(action.target).security.replaceAcl(call, objectId(action), { ...acl, entries });
    return { effected: 'done' };
  }
}

const maskOf = (image: Json): number | null =>
  (image as { readonly accessMask: number } | null)?.accessMask ?? null;

/** The list with the mask of one account's entry set, or its entry away; order and everything else as they are. */
export function withEntry(
  entries: readonly AclEntry[],
  { type, dbid }: ObjectId,
  mask: number | null,
): readonly AclEntry[] {
  const isOurs = ({ account }: AclEntry): boolean => account.type === type && account.dbid === dbid;
  if (mask === null) return entries.filter((entry) => !isOurs(entry));
  if (entries.some(isOurs))
    return entries.map((entry) => (isOurs(entry) ? { ...entry, accessMask: mask } : entry));
  return [...entries, { account: { type, dbid }, accessMask: mask }];
}
