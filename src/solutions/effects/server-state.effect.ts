import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import { CallError } from '../../saga/call-error.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { serverState } from '../rules/server-state.js';
import { objectId } from './action-parts.js';

const serviceUnavailable = 8;

/** Stops and starts a server. Image: `running` or `stopped`; under way in between. The target takes the request and goes on by itself. */
@Injectable()
export class ServerStateEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return (kind === 'stop' || kind === 'start') && objectType === ObjectType.application;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const found = await this.targets.get(action.target).control.status(call, objectId(action).dbid);
    const status = found?.status ?? 0;
    const state = serverState(status);
    if (state === 'unknown') {
      // Its agent on the host is out of reach: known not to have changed anything, and worth asking again.
      throw new CallError(
        'transient',
        `Solution Control Server does not know the state of "${action.object.name}"`,
      );
    }
    // A process that does not serve yet has to be stopped to be down, and has not arrived when it is started.
    const isOnItsWay = state === 'changing' || (action.kind === 'start' && status === serviceUnavailable);
    return isOnItsWay ? { image: action.before, underway: true } : { image: state };
  }

  async apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    if (action.kind === 'stop') return this.stop(call, action, isGraceful(action, seen));
    if (isOverdue(seen)) throw notUp(action);
    return this.start(call, action);
  }

  async revert(call: Call, action: ResolvedAction): Promise<Effected> {
    if (action.kind === 'stop') return this.start(call, action);
    // The way back restores the service: it waits for nobody unless that was asked for in every case.
    return this.stop(call, action, action.input['stopMode'] === 'graceful');
  }

  private async start(call: Call, action: ResolvedAction): Promise<Effected> {
    await this.targets.get(action.target).control.start(call, objectId(action).dbid);
    return { effected: 'accepted' };
  }

  private async stop(call: Call, action: ResolvedAction, graceful: boolean): Promise<Effected> {
    await this.targets.get(action.target).control.stop(call, objectId(action).dbid, graceful);
    return { effected: 'accepted' };
  }
}

/** The engine sends once more what is still under way after its time. */
const isOverdue = (seen: Seen): boolean => !('cannotTell' in seen) && seen.underway === true;

/** Forced when the graceful stop is overdue, or has been sent twice without effect: one of the two may have been lost on the way. */
function isGraceful({ input, attempt }: ResolvedAction, seen: Seen): boolean {
  if (input['stopMode'] === 'graceful-then-forced') return !isOverdue(seen) && attempt <= 2;
  return input['stopMode'] === 'graceful';
}

const notUp = ({ object }: ResolvedAction): CallError =>
  new CallError(
    'invalid',
    `"${object.name}" has been started and does not come up within its start-up time-out`,
    {
      code: 'server-not-started',
    },
  );
