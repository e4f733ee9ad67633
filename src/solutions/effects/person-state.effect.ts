import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import type { PersonState } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { objectId } from './action-parts.js';

/** Enables or disables a Person. Image: its state; null where it is not there. */
@Injectable()
export class PersonStateEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'update' && objectType === ObjectType.person;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const { objects } = this.targets.get(action.target);
    const person = await objects.get(call, 'person', objectId(action).dbid);
    return { image: person === null ? null : { state: person.state } };
  }

  apply(call: Call, action: ResolvedAction): Promise<Effected> {
    return this.write(call, action, action.after);
  }

  revert(call: Call, action: ResolvedAction): Promise<Effected> {
    return this.write(call, action, action.before);
  }

  private async write(call: Call, action: ResolvedAction, image: Json): Promise<Effected> {
    const { state } = image as { readonly state: PersonState };
    await this.targets.get(action.target).objects.setPersonState(call, objectId(action).dbid, state);
    return { effected: 'done' };
  }
}
