import { Injectable } from '@nestjs/common';
import type { PlannedAction } from '../../saga/action.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { PersonState } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { accessGroupImage, personImage } from '../rules/images.js';
import type { StandingObjects } from '../rules/standing-objects.js';
import { usedByOthers } from '../rules/standing-objects.js';
import type { ChangeDesired } from '../standing.js';
import { readStanding } from './read-standing.js';

/**
 * The Person and the account go for good: DBIDs are never used again, so nothing of this can be taken back. The
 * before-images say that nothing hangs on them any more; with anything else there, nothing is deleted.
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
    { operationId, solutionId }: Omit<StepContext<ChangeDesired>, 'call'>,
  ): StepPlan {
    const { person, group } = standing;
    const mark = { operation: operationId, solution: solutionId };
    const gone = { after: null, irreversible: true, kind: 'delete' } as const;
    const actions: PlannedAction[] = [];
    if (person !== null) {
      actions.push({
        ...gone,
        object: { type: ObjectType.person, name: person.userName, dbid: person.dbid },
        before: personImage({ ...person, state: PersonState.disabled }, [], [], mark),
        stage: 1,
      });
    }
    if (group !== null) {
      actions.push({
        ...gone,
        object: { type: ObjectType.accessGroup, name: group.name, dbid: group.dbid },
        before: accessGroupImage({ ...group, members: [] }, [], mark),
        stage: 2,
      });
    }
    return { actions, findings: usedByOthers(standing) };
  }
}
