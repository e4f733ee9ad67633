import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../saga/effect.js';
import { Effect } from '../../saga/effect.js';
import type { PersonObject } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import type { PersonAttributes } from '../rules/images.js';
import { ordinaryGroup, personImage } from '../rules/images.js';
import { annexOf } from '../rules/mark.js';
import { accountOf } from './account-of.js';
import { markBy } from './action-parts.js';
import { deletable } from './deletable.js';

type Wanted = PersonAttributes & { readonly tenantDbid: number };
const wanted = ({ after }: ResolvedAction): Wanted => after as unknown as Wanted;

/** A Person with our mark. Image: its attributes, the ordinary groups it is in and the applications that run as it; null where it is not there. */
@Injectable()
export class CreatePersonEffect extends Effect {
  constructor(private readonly targets: Targets) {
    super();
  }

  handles(kind: ActionKind, objectType: number): boolean {
    return kind === 'create' && objectType === ObjectType.person;
  }

  async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const target = this.targets.get(action.target);
    const person = await this.find(call, action);
    if (person === null) return { image: null };
    const [groups, applications] = await Promise.all([
      target.objects.find(call, 'accessGroup', { personDbid: person.dbid }),
      accountOf(target, call, { type: ObjectType.person, dbid: person.dbid }),
    ]);
    const memberOf = groups.filter(({ groupType }) => groupType === ordinaryGroup).map(({ name }) => name);
    const image = personImage(person, memberOf.sort(), applications, markBy(action));
    return { image, output: person.dbid, token: person.dbid };
  }

  async apply(call: Call, action: ResolvedAction): Promise<Effected> {
    const { userName, employeeId, firstName, lastName, tenantDbid } = wanted(action);
    const annex = annexOf(markBy(action));
    const person = { tenantDbid, userName, employeeId, firstName, lastName, annex };
    const dbid = await this.targets.get(action.target).objects.createPerson(call, person);
    return { effected: 'done', output: dbid };
  }

  async revert(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    await this.targets.get(action.target).objects.delete(call, 'person', deletable(seen));
    return { effected: 'done' };
  }

  /** A Person that holds the employeeId under another userName is in the way as well: the platform would refuse ours. */
  private async find(call: Call, action: ResolvedAction): Promise<PersonObject | null> {
    const { objects } = this.targets.get(action.target);
    if (typeof action.object.dbid === 'number') return objects.get(call, 'person', action.object.dbid);
    const { userName, employeeId, tenantDbid } = wanted(action);
    const [byUserName] = await objects.find(call, 'person', { userName });
    if (byUserName !== undefined) return byUserName;
    const [byEmployeeId] = await objects.find(call, 'person', { tenantDbid, employeeId });
    return byEmployeeId ?? null;
  }
}
