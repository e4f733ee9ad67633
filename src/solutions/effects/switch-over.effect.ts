import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { serverState } from '../rules/server-state.js';
import { forWhom, objectId } from './action-parts.js';

/** Makes the object primary and the server in `for` its backup. Image: the name of the one that is primary. */
@Injectable()
export class SwitchOverEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'switch-over' && objectType === ObjectType.application;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const { control } = this.targets.get(action.target);
    const servers = [
      { name: action.object.name, dbid: objectId(action).dbid },
      { name: forWhom(action).name, dbid: forWhom(action).dbid },
    ];
    const statuses = await Promise.all(servers.map(({ dbid }) => control.status(call, dbid)));
    const primaries = servers.filter((_, index) => {
      const status = statuses[index];
      return status?.runMode === 'primary' && serverState(status.status) === 'running';
    });
    const [primary] = primaries;
    if (primaries.length === 1 && primary !== undefined) return { image: { primary: primary.name } };
    // None or both, while one lives: the pair is sorting itself out.
    const isAlive = statuses.some((status) =>
      ['running', 'changing'].includes(serverState(status?.status ?? null)),
    );
    return isAlive ? { image: { primary: null }, underway: true } : { image: { primary: null } };
  }

  async apply(call: Call, action: ResolvedAction): Promise<Effected> {
    await this.targets.get(action.target).control.switchOver(call, objectId(action).dbid);
    return { effected: 'accepted' };
  }

  async revert(call: Call, action: ResolvedAction): Promise<Effected> {
    await this.targets.get(action.target).control.switchOver(call, forWhom(action).dbid);
    return { effected: 'accepted' };
  }
}
