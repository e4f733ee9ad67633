import { Injectable } from '@nestjs/common';
import type { PlannedAction } from '../../saga/action.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { PersonState } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import type { Adopted } from '../rules/adopted.js';
import { isAdopted, unmark } from '../rules/adopted.js';
import { accessGroupImage, personImage } from '../rules/images.js';
import type { StandingObjects } from '../rules/standing-objects.js';
import { usedByOthers } from '../rules/standing-objects.js';
import type { ChangeDesired } from '../standing.js';
import { readStanding } from './read-standing.js';

/**
 * The Person and the account go for good: DBIDs are never used again, so nothing of this can be taken back. The
 * before-images say that nothing hangs on them any more; with anything else there, nothing is deleted. What was there
 * before the solution is only unmarked, and first, since that can still be taken back.
 */
@Injectable()
export class DeleteObjectsStep extends Step<ChangeDesired, StandingObjects> {
  readonly name = 'delete-objects';

  constructor(private readonly targets: Targets) {
    super();
  }

  observe(context: StepContext<ChangeDesired>): Promise<StandingObjects> {
    return readStanding(this.targets.get(context.desired.target), context);
  }

  plan(
    standing: StandingObjects,
    { operationId, solutionId, desired }: Omit<StepContext<ChangeDesired>, 'call'>,
  ): StepPlan {
    const { adopted } = desired.standing;
    const [staying, { person, group }] = apart(standing, adopted);
    const mark = { operation: operationId, solution: solutionId };
    const gone = { after: null, irreversible: true, kind: 'delete' } as const;
    const actions: PlannedAction[] = staying.map(({ type, ...object }) => unmark(type, object, 1));
    const stage = actions.length === 0 ? 1 : 2;
    if (person !== null) {
      actions.push({
        ...gone,
        object: { type: ObjectType.person, name: person.userName, dbid: person.dbid },
        before: personImage({ ...person, state: PersonState.disabled }, [], [], mark),
        stage,
      });
    }
    if (group !== null) {
      actions.push({
        ...gone,
        object: { type: ObjectType.accessGroup, name: group.name, dbid: group.dbid },
        before: accessGroupImage({ ...group, members: [] }, [], mark),
        stage: stage + 1,
      });
    }
    return { actions, findings: usedByOthers(standing, adopted) };
  }
}

/** What was there before the solution, and what was made for it. */
function apart({ person, group }: StandingObjects, adopted: Adopted | undefined) {
  const isStayingPerson = person !== null && isAdopted(person, adopted?.person);
  const isStayingGroup = group !== null && isAdopted(group, adopted?.accessGroup);
  return [
    [
      ...(isStayingPerson ? [{ ...person, type: ObjectType.person, name: person.userName }] : []),
      ...(isStayingGroup ? [{ ...group, type: ObjectType.accessGroup }] : []),
    ],
    { person: isStayingPerson ? null : person, group: isStayingGroup ? null : group },
  ] as const;
}
