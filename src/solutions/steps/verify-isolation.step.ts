import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { Targets } from '../ports/target.js';
import type { IsolationFacts } from '../rules/isolation.js';
import { isolationFindings } from '../rules/isolation.js';
import { refsOf } from '../rules/refs.js';
import { readIsolation } from './read-isolation.js';

/** The account can do what its servers need and reads nothing else, and nobody else's account reads what is ours. */
@Injectable()
export class VerifyIsolationStep extends Step<Desired, IsolationFacts> {
  readonly name = 'verify-isolation';

  constructor(private readonly targets: Targets) {
    super();
  }

  observe(context: StepContext<Desired>): Promise<IsolationFacts> {
    return readIsolation(this.targets.get(context.desired.target), refsOf(context.refs), context);
  }

  plan(facts: IsolationFacts, { desired, solutionId }: Omit<StepContext<Desired>, 'call'>): StepPlan {
    return {
      actions: [],
      findings: isolationFindings(facts, solutionId, desired.isolation.requireExclusive),
    };
  }
}
