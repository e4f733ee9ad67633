import { Injectable } from '@nestjs/common';
import type { PlannedAction } from '../../saga/action.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { AccessGroupObject, PersonObject } from '../ports/config-objects.js';
import { PersonState } from '../ports/config-objects.js';
import { Access, ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { isAdopted, stoodMask } from '../rules/adopted.js';
import { isOwn } from '../rules/inspection.js';
import { refsOf } from '../rules/refs.js';
import { giveBack } from '../rules/revoke.js';
import { namedBefores } from '../rules/unseen-before.js';
import type { ChangeDesired } from '../standing.js';
import type { Entry } from './read-entries.js';
import { readLeavingEntries, readLeavingPairs } from './read-leaving.js';

interface Retiring {
  /** null where it is gone or not ours. */
  readonly person: PersonObject | null;
  /** The solution's account and the site's base groups, as far as the Person is in them. */
  readonly groups: readonly AccessGroupObject[];
  /** Its entries on the applications of its servers; they may outlive it. */
  readonly entries: readonly Entry[];
}

/**
 * The Person loses its groups and rights and is disabled: all of it can still be taken back. One that was there before
 * keeps what it had then, and is left enabled.
 */
@Injectable()
export class RetirePersonStep extends Step<ChangeDesired, Retiring> {
  readonly name = 'retire-person';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe({ call, desired, refs, solutionId }: StepContext<ChangeDesired>): Promise<Retiring> {
    const target = this.targets.get(desired.target);
    const known = refsOf(refs);
    const personDbid = known.person as number | null;
    const pairs = await readLeavingPairs(target, call, known);
    const entries = await readLeavingEntries(target, call, pairs, personDbid);
    const found = personDbid === null ? null : await target.objects.get(call, 'person', personDbid);
    if (found === null || !isOwn(found, solutionId)) return { person: null, groups: [], entries };
    const groups = await target.objects.find(call, 'accessGroup', { personDbid: found.dbid });
    const isSolutions = ({ dbid, name }: AccessGroupObject): boolean =>
      dbid === known.accessGroup || target.config.baseAccessGroups.includes(name);
    return { person: found, groups: groups.filter(isSolutions), entries };
  }

  plan({ person, groups, entries }: Retiring, context: Omit<StepContext<ChangeDesired>, 'call'>): StepPlan {
    const dbid = refsOf(context.refs).person;
    const { adopted } = context.desired.standing;
    const leaving = groups.filter((group) => !(adopted?.memberOf ?? []).includes(group.dbid));
    const account = { type: ObjectType.person, name: context.desired.person.userName, dbid };
    const actions = [
      ...leaving.map(({ name, dbid: group }): PlannedAction => ({
        kind: 'remove-member',
        object: { type: ObjectType.accessGroup, name, dbid: group, for: account },
        before: { member: true },
        after: { member: false },
        stage: 1,
      })),
      ...entries.flatMap(({ object, found }) =>
        giveBack(
          object,
          account,
          { found, stood: stoodMask(adopted, object), ours: Access.readAndExecute },
          1,
        ),
      ),
      ...(person !== null && isAdopted(person, adopted?.person) ? [] : disable(person)),
    ];
    return { actions: namedBefores(actions, this.name), findings: [] };
  }
}

const disable = (person: PersonObject | null): readonly PlannedAction[] =>
  person === null || person.state === PersonState.disabled
    ? []
    : [
        {
          kind: 'update',
          object: { type: ObjectType.person, name: person.userName, dbid: person.dbid },
          before: { state: person.state },
          after: { state: PersonState.disabled },
          stage: 2,
        },
      ];
