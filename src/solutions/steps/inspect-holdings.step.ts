import { Injectable } from '@nestjs/common';
import type { PlannedAction } from '../../saga/action.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { ObjectType, ScriptType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import type { Holdings } from '../rules/holdings.js';
import { holdingsActions } from '../rules/holdings.js';
import { entryMask } from '../rules/grant.js';
import { idOf, named } from '../rules/finding.js';
import { isOwn } from '../rules/inspection.js';
import { refsOf } from '../rules/refs.js';
import { reads } from '../rules/rights.js';
import { readMasks } from './read-masks.js';

/** More entries than these are not looked for one by one: the finding names the Business Processes anyway. */
const mostExcess = 50;

/**
 * What somebody has put to the account and the Person since, which an onboarding would not plan: members, entries,
 * a disabled Person. Part of verification only.
 */
@Injectable()
export class InspectHoldingsStep extends Step<Desired, Holdings> {
  readonly name = 'inspect-holdings';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe({ call, desired, refs, solutionId }: StepContext<Desired>): Promise<Holdings> {
    const target = this.targets.get(desired.target);
    const { objects, security } = target;
    const { tenantDbid, businessProcesses } = refsOf(refs);
    const [groups, persons, scripts] = await Promise.all([
      objects.find(call, 'accessGroup', { tenantDbid, name: desired.accessGroup.name }),
      objects.find(call, 'person', { userName: desired.person.userName }),
      objects.find(call, 'script', { tenantDbid, scriptType: ScriptType.businessProcess }),
    ]);
    const group = groups.find((one) => isOwn(one, solutionId)) ?? null;
    const person = persons.find((one) => isOwn(one, solutionId)) ?? null;
    if (group === null || person === null) return { group, person, members: [], excess: [] };
    const own = new Set(businessProcesses.map(({ dbid }) => dbid));
    const others = scripts.filter(({ dbid }) => !own.has(dbid));
    const account = { type: ObjectType.person, dbid: person.dbid };
    const masks = await readMasks(
      target,
      call,
      account,
      others.map(({ dbid }) => ({ type: ObjectType.script, dbid })),
    );
    const read = others
      .filter((_, i) => reads(masks[i] ?? null))
      .map(({ name, dbid }) => named(ObjectType.script, name, dbid))
      .slice(0, mostExcess);
    const foreign = group.members.filter(({ type, dbid }) => type !== account.type || dbid !== account.dbid);
    return {
      group,
      person,
      members: await Promise.all(
        foreign.slice(0, mostExcess).map(async ({ type, dbid }) => {
          const member = type === ObjectType.person ? await objects.get(call, 'person', dbid) : null;
          return named(type, member?.userName ?? `${type}/${dbid}`, dbid);
        }),
      ),
      excess: await Promise.all(
        read.map(async (object) => {
          const acl = await security.readAcl(call, idOf(object));
          const ofGroup = entryMask(acl, { type: ObjectType.accessGroup, dbid: group.dbid });
          return { object, ofGroup, ofPerson: entryMask(acl, account) };
        }),
      ),
    };
  }

  plan(holdings: Holdings): StepPlan {
    const actions: readonly PlannedAction[] = holdingsActions(holdings);
    return { actions, findings: [] };
  }
}
