import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import type { PersonState } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { keysOf, markFrom, markImage, markSection } from '../rules/mark.js';
import { markBy, objectId } from './action-parts.js';

/** The part of the object that the action is about. */
type Image = { readonly state: PersonState } | { readonly mark: Json };
const kinds = { [ObjectType.person]: 'person', [ObjectType.accessGroup]: 'accessGroup' } as const;

/**
 * Enables or disables a Person, or writes our mark on a Person or an access group that was there before, or takes it away.
 * Image: its state, or its mark; null where the object is not there. The rest of the annex is never written.
 */
@Injectable()
export class UpdateObjectEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'update' && objectType in kinds;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const { objects } = this.targets.get(action.target);
    const object = await objects.get(call, kindOf(action), objectId(action).dbid);
    if (object === null) return { image: null };
    const isMark = 'mark' in (action.after as unknown as Image);
    return { image: isMark ? { mark: markImage(object.annex, markBy(action)) } : { state: object.state } };
  }

  apply(call: Call, action: ResolvedAction): Promise<Effected> {
    return this.write(call, action, action.after);
  }

  revert(call: Call, action: ResolvedAction): Promise<Effected> {
    return this.write(call, action, action.before);
  }

  private async write(call: Call, action: ResolvedAction, to: Json): Promise<Effected> {
    const { objects } = this.targets.get(action.target);
    const image = to as unknown as Image;
    const { dbid } = objectId(action);
    if ('state' in image) await objects.setPersonState(call, dbid, image.state);
    else {
      const mark = markFrom(image.mark, markBy(action));
      const keys = mark === null ? null : keysOf(mark);
      await objects.setAnnexSection(call, kindOf(action), dbid, markSection, keys);
    }
    return { effected: 'done' };
  }
}

const kindOf = ({ object }: ResolvedAction) =>
  object.type === ObjectType.person ? kinds[ObjectType.person] : kinds[ObjectType.accessGroup];
