import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { accessGroupImage, ordinaryGroup, personImage } from '../rules/images.js';
import { accountOf } from './account-of.js';
import { markBy, objectId } from './action-parts.js';

/**
 * Deletes a Person or an access group of the solution, for good: DBIDs are never used again. Image: all that the
 * creation shows, so that it is not deleted while something of others hangs on it; null where it is not there.
 */
@Injectable()
export class DeleteObjectEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'delete' && (objectType === ObjectType.person || objectType === ObjectType.accessGroup);
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const { type, dbid } = objectId(action);
    const image = await (type === ObjectType.person ? this.person(call, action) : this.group(call, action));
    return { image, token: dbid };
  }

  async apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    requireOwn(seen, action);
    const { type, dbid } = objectId(action);
    const kind = type === ObjectType.person ? 'person' : 'accessGroup';
    await this.targets.get(action.target).objects.delete(call, kind, dbid);
    return { effected: 'done' };
  }

  revert(): Promise<Effected> {
    return Promise.reject(new Error('what is deleted cannot be brought back'));
  }

  private async person(call: Call, action: ResolvedAction): Promise<Json> {
    const target = this.targets.get(action.target);
    const { type, dbid } = objectId(action);
    const person = await target.objects.get(call, 'person', dbid);
    if (person === null) return null;
    const [groups, applications] = await Promise.all([
      target.objects.find(call, 'accessGroup', { personDbid: dbid }),
      accountOf(target, call, { type, dbid }),
    ]);
    const memberOf = groups.filter(({ groupType }) => groupType === ordinaryGroup).map(({ name }) => name);
    return personImage(person, memberOf.sort(), applications, markBy(action));
  }

  private async group(call: Call, action: ResolvedAction): Promise<Json> {
    const target = this.targets.get(action.target);
    const { type, dbid } = objectId(action);
    const group = await target.objects.get(call, 'accessGroup', dbid);
    if (group === null) return null;
    return accessGroupImage(group, await accountOf(target, call, { type, dbid }), markBy(action));
  }
}

/** The last look before what cannot be taken back: only what carries the mark of this solution goes. */
function requireOwn(seen: Seen, { solutionId }: ResolvedAction): void {
  const image = 'image' in seen ? (seen.image as { readonly mark?: Json } | null) : null;
  const mark = (image?.mark ?? null) as { readonly solution?: Json; readonly adopted?: Json } | null;
  if (mark?.adopted === true) throw new Error('what was there before is never deleted');
  if (mark?.solution !== solutionId)
    throw new Error('only what carries the mark of this solution is deleted');
}
