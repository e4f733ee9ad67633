import { Injectable } from '@nestjs/common';
import type { PlannedAction } from '../../saga/action.js';
import { knownAfter } from '../../saga/reference.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import type { AccessGroupObject } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { groupAdopted, markAdopted } from '../rules/adopted.js';
import { newAccessGroupImage } from '../rules/images.js';
import { isOwn } from '../rules/inspection.js';
import type { SolutionRefs } from '../rules/refs.js';
import { refsOf } from '../rules/refs.js';

/**
 * The account of the solution: an ordinary access group with our mark, created or taken over. A group of others is left
 * to the effect, which overwrites nothing.
 */
@Injectable()
export class CreateAccountStep extends Step<Desired, readonly AccessGroupObject[]> {
  readonly name = 'create-account';

  constructor(private readonly targets: Targets) {
    super();
  }

  observe({ call, desired, refs }: StepContext<Desired>): Promise<readonly AccessGroupObject[]> {
    const { tenantDbid } = refsOf(refs);
    return this.targets
      .get(desired.target)
      .objects.find(call, 'accessGroup', { tenantDbid, name: desired.accessGroup.name });
  }

  plan(
    groups: readonly AccessGroupObject[],
    { desired, refs, solutionId }: Omit<StepContext<Desired>, 'call'>,
  ): StepPlan {
    const own = groups.find((group) => isOwn(group, solutionId));
    if (own !== undefined) return { actions: [], findings: [], refs: { accessGroup: own.dbid } };
    // Only what the inspection has judged: one that has come since is somebody else's.
    const found = groups.find(({ dbid }) => dbid === refsOf(refs).adopting?.accessGroup);
    if (found !== undefined) {
      return {
        actions: [markAdopted(ObjectType.accessGroup, found)],
        findings: [groupAdopted(found)],
        refs: { accessGroup: found.dbid, adoptedGroup: true },
      };
    }
    return {
      actions: [create(desired, refsOf(refs))],
      findings: [],
      // The name was free a moment ago, and the platform refuses a second group of it: no need to look again.
      ...(groups.length === 0 ? { seen: new Map([[1, { image: null }]]) } : {}),
      refs: { accessGroup: knownAfter(this.name, 1) },
    };
  }
}

const create = ({ accessGroup: { name } }: Desired, { tenantDbid }: SolutionRefs): PlannedAction => ({
  kind: 'create',
  object: { type: ObjectType.accessGroup, name, dbid: null },
  before: null,
  after: newAccessGroupImage({ name, tenantDbid }),
  stage: 1,
});
