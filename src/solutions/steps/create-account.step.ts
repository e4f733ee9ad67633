import { Injectable } from '@nestjs/common';
import type { Finding, PlannedAction } from '../../saga/action.js';
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
import { adoptionRefused } from './read-adoption.js';

interface Account {
  readonly groups: readonly AccessGroupObject[];
  /** The one that is taken over; null: there is none, or it is ours already. */
  readonly adopted: AccessGroupObject | null;
  readonly refused: readonly Finding[];
}

/**
 * The account of the solution: an ordinary access group with our mark, created or taken over. A group of others is left
 * to the effect, which overwrites nothing.
 */
@Injectable()
export class CreateAccountStep extends Step<Desired, Account> {
  readonly name = 'create-account';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe(context: StepContext<Desired>): Promise<Account> {
    const { call, desired, refs, solutionId } = context;
    const { tenantDbid, adopting } = refsOf(refs);
    const target = this.targets.get(desired.target);
    const { name } = desired.accessGroup;
    const groups = await target.objects.find(call, 'accessGroup', { tenantDbid, name });
    // Only what the inspection has judged: one that has come since is somebody else's.
    const adopted =
      groups.find((group) => group.dbid === adopting?.accessGroup && !isOwn(group, solutionId)) ?? null;
    return { groups, adopted, refused: adopted === null ? [] : await adoptionRefused(target, context) };
  }

  plan(
    { groups, adopted, refused }: Account,
    { desired, refs, solutionId }: Omit<StepContext<Desired>, 'call'>,
  ): StepPlan {
    const own = groups.find((group) => isOwn(group, solutionId));
    if (own !== undefined) return { actions: [], findings: [], refs: { accessGroup: own.dbid } };
    if (refused.length > 0) return { actions: [], findings: refused };
    if (adopted !== null) {
      return {
        actions: [markAdopted(ObjectType.accessGroup, adopted)],
        findings: [groupAdopted(adopted)],
        refs: { accessGroup: adopted.dbid, adoptedGroup: true },
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
