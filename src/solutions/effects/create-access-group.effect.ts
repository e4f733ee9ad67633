import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { AccessGroupObject } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { accessGroupImage } from '../rules/images.js';
import { annexOf } from '../rules/mark.js';
import { accountOf } from './account-of.js';
import { markBy } from './action-parts.js';
import { deletable } from './deletable.js';

/** An ordinary access group with our mark. Image: the group, its members and the applications that run as it; null where it is not there. */
@Injectable()
export class CreateAccessGroupEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'create' && objectType === ObjectType.accessGroup;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const target = this.targets.get(action.target);
    const group = await this.find(call, action);
    if (group === null) return { image: null };
    const account = { type: ObjectType.accessGroup, dbid: group.dbid };
    const image = accessGroupImage(group, await accountOf(target, call, account), markBy(action));
    return { image, output: group.dbid, token: group.dbid };
  }

  async apply(call: Call, action: ResolvedAction): Promise<Effected> {
    const { objects } = this.targets.get(action.target);
    const { name, tenantDbid } = action.after as { name: string; tenantDbid: number };
    const dbid = await objects.createAccessGroup(call, { name, tenantDbid, annex: annexOf(markBy(action)) });
    return { effected: 'done', output: dbid };
  }

  async revert(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    await this.targets.get(action.target).objects.delete(call, 'accessGroup', deletable(seen));
    return { effected: 'done' };
  }

  /** By DBID once it is known, so that a group renamed meanwhile is not taken for gone. */
  private async find(
    call: Call,
    { target, object, after }: ResolvedAction,
  ): Promise<AccessGroupObject | null> {
    const { objects } = this.targets.get(target);
    if (typeof object.dbid === 'number') return objects.get(call, 'accessGroup', object.dbid);
    const { name, tenantDbid } = after as { name: string; tenantDbid: number };
    const [found] = await objects.find(call, 'accessGroup', { tenantDbid, name });
    return found ?? null;
  }
}
