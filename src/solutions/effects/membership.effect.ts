import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import { sameJson } from '../../saga/json.js';
import type { Json } from '../../saga/json.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { forWhom, objectId } from './action-parts.js';

const isMember = { member: true };

/** A Person in an access group, added or removed as a delta. Image: whether it is a member; of a group that is gone it is not. */
@Injectable()
export class MembershipEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return (kind === 'add-member' || kind === 'remove-member') && objectType === ObjectType.accessGroup;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const member = forWhom(action);
    const group = await this.targets
      .get(action.target)
      .objects.get(call, 'accessGroup', objectId(action).dbid);
    const isIn =
      group?.members.some(({ type, dbid }) => type === member.type && dbid === member.dbid) ?? false;
    return { image: { member: isIn } };
  }

  apply(call: Call, action: ResolvedAction): Promise<Effected> {
    return this.write(call, action, action.after);
  }

  revert(call: Call, action: ResolvedAction): Promise<Effected> {
    return this.write(call, action, action.before);
  }

  private async write(call: Call, action: ResolvedAction, image: Json): Promise<Effected> {
    const { objects } = this.targets.get(action.target);
    const { type, dbid } = forWhom(action);
    const groupDbid = objectId(action).dbid;
    if (sameJson(image, isMember)) await objects.addMember(call, groupDbid, { type, dbid });
    else await objects.removeMember(call, groupDbid, { type, dbid });
    return { effected: 'done' };
  }
}
