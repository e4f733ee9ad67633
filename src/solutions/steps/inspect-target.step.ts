import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { Claims } from '../ports/claims.js';
import { Targets } from '../ports/target.js';
import type { Inspection } from '../rules/inspection.js';
import { inspectionFindings, inspectionLocks, inspectionRefs } from '../rules/inspection-plan.js';
import { readInspection } from './read-inspection.js';

/** Resolves the names of the request and says everything that speaks against it, before anything is changed. */
@Injectable()
export class InspectTargetStep extends Step<Desired, Inspection> {
  readonly name = 'inspect-target';

  constructor(
    private readonly targets: Targets,
    private readonly claims: Claims,
  ) {
    super();
  }

  observe(context: StepContext<Desired>): Promise<Inspection> {
    return readInspection(this.targets.get(context.desired.target), this.claims, context);
  }

  plan(inspection: Inspection): StepPlan {
    const { server, backup, desired } = inspection;
    const servers = [server, backup].flatMap((one) => (one === null ? [] : [one.application.name]));
    return {
      actions: [],
      findings: inspectionFindings(inspection),
      refs: inspectionRefs(inspection),
      locks: inspectionLocks(desired, servers),
    };
  }
}
