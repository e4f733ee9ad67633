import { Injectable } from '@nestjs/common';
import type { Finding } from '../../saga/action.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Claims } from '../ports/claims.js';
import type { Target } from '../ports/target.js';
import { Targets } from '../ports/target.js';
import { staysFindings, stayingObjects } from '../rules/adopted.js';
import { leavingRefs, standingLocks } from '../rules/leaving.js';
import type { Neighbour } from '../rules/neighbours.js';
import { neighbourFindings } from '../rules/neighbours.js';
import { releaseFindings } from '../rules/release.js';
import type { StandingObjects } from '../rules/standing-objects.js';
import { usedByOthers } from '../rules/standing-objects.js';
import type { OffboardingDesired } from '../standing.js';
import { readNeighbours } from './read-neighbours.js';
import { readStanding } from './read-standing.js';

export interface OffboardingInspection {
  readonly standing: StandingObjects;
  /** Whom the servers would read with their former accounts; nobody while they stay stopped. */
  readonly neighbours: readonly Neighbour[];
}

/** @throws CallError */
export async function readOffboarding(
  target: Target,
  claims: Claims,
  context: StepContext<OffboardingDesired>,
): Promise<OffboardingInspection> {
  const standing = await readStanding(target, context);
  const neighbours =
    context.desired.serverAfter === 'former' ? await readNeighbours(target, claims, standing, context) : [];
  return { standing, neighbours };
}

export const offboardingFindings = (
  { standing, neighbours }: OffboardingInspection,
  { serverAfter, standing: { adopted, servers } }: OffboardingDesired,
): readonly Finding[] => [
  ...usedByOthers(standing, adopted),
  ...staysFindings(stayingObjects(standing, adopted)),
  ...neighbourFindings(neighbours),
  ...standing.pairs.flatMap((pair) =>
    releaseFindings(pair, { personDbid: standing.personDbid, serverAfter, former: servers }),
  ),
];

/** Looks up what is there of the solution; what is missing already is fine. */
@Injectable()
export class InspectOffboardingStep extends Step<OffboardingDesired, OffboardingInspection> {
  readonly name = 'inspect-target';

  constructor(
    private readonly targets: Targets,
    private readonly claims: Claims,
  ) {
    super();
  }

  observe(context: StepContext<OffboardingDesired>): Promise<OffboardingInspection> {
    return readOffboarding(this.targets.get(context.desired.target), this.claims, context);
  }

  plan(seen: OffboardingInspection, { desired }: Omit<StepContext<OffboardingDesired>, 'call'>): StepPlan {
    const { standing } = seen;
    return {
      actions: [],
      findings: offboardingFindings(seen, desired),
      refs: {
        tenantDbid: standing.tenantDbid,
        accessGroup: standing.groupDbid,
        person: standing.personDbid,
        leaving: leavingRefs(standing.businessProcesses, standing.pairs),
      },
      locks: standingLocks(desired, standing, []),
    };
  }
}
