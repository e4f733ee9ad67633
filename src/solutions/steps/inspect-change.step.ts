import { Injectable } from '@nestjs/common';
import type { Finding } from '../../saga/action.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Claims } from '../ports/claims.js';
import type { Target } from '../ports/target.js';
import { Targets } from '../ports/target.js';
import type { Inspection } from '../rules/inspection.js';
import { inspectionFindings, inspectionRefs } from '../rules/inspection-plan.js';
import { leavingRefs, standingLocks } from '../rules/leaving.js';
import { releaseFindings } from '../rules/release.js';
import type { StandingObjects } from '../rules/standing-objects.js';
import { accountFindings } from '../rules/standing-objects.js';
import type { ChangeDesired } from '../standing.js';
import { readInspection } from './read-inspection.js';
import { readStanding } from './read-standing.js';

export interface ChangeInspection {
  readonly inspection: Inspection;
  readonly standing: StandingObjects;
}

/** @throws CallError */
export async function readChange(
  target: Target,
  claims: Claims,
  context: StepContext<ChangeDesired>,
): Promise<ChangeInspection> {
  const [inspection, standing] = await Promise.all([
    readInspection(target, claims, context),
    readStanding(target, context),
  ]);
  return { inspection, standing };
}

export const changeFindings = (
  { inspection, standing }: ChangeInspection,
  desired: ChangeDesired,
): readonly Finding[] => [
  ...inspectionFindings(inspection),
  ...accountFindings(standing, desired),
  ...leavingPairs(standing, desired).flatMap((pair) =>
    releaseFindings(pair, { personDbid: standing.personDbid, serverAfter: 'stopped', former: [] }),
  ),
];

const leavingPairs = ({ pairs }: StandingObjects, { interactionServer }: ChangeDesired) =>
  pairs.filter(({ primary }) => primary.application.name !== interactionServer);

/** Resolves what the solution shall have and what it has, and says everything that speaks against the change. */
@Injectable()
export class InspectChangeStep extends Step<ChangeDesired, ChangeInspection> {
  readonly name = 'inspect-target';

  constructor(
    private readonly targets: Targets,
    private readonly claims: Claims,
  ) {
    super();
  }

  observe(context: StepContext<ChangeDesired>): Promise<ChangeInspection> {
    return readChange(this.targets.get(context.desired.target), this.claims, context);
  }

  plan(seen: ChangeInspection, { desired }: Omit<StepContext<ChangeDesired>, 'call'>): StepPlan {
    const { inspection, standing } = seen;
    const { server, backup } = inspection;
    const joining = [server, backup].flatMap((one) => (one === null ? [] : [one]));
    return {
      actions: [],
      findings: changeFindings(seen, desired),
      refs: {
        ...inspectionRefs(inspection),
        accessGroup: standing.group?.dbid ?? null,
        person: standing.person?.dbid ?? null,
        leaving: leavingRefs(
          standing.businessProcesses.filter(({ name }) => !desired.businessProcesses.includes(name)),
          leavingPairs(standing, desired),
        ),
      },
      locks: standingLocks(desired, standing, joining),
    };
  }
}
