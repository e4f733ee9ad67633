import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Targets } from '../ports/target.js';
import type { IsolationFacts } from '../rules/isolation.js';
import { isolationFindings } from '../rules/isolation.js';
import { isolationOfChange } from '../rules/isolation-of-change.js';
import { refsOf } from '../rules/refs.js';
import type { ChangeDesired } from '../standing.js';
import { readIsolation } from './read-isolation.js';

/** The account reads what it shall have from now on and nothing else, before any server is touched. */
@Injectable()
export class VerifyChangeIsolationStep extends Step<ChangeDesired, IsolationFacts> {
  readonly name = 'verify-isolation';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe(context: StepContext<ChangeDesired>): Promise<IsolationFacts> {
    const refs = refsOf(context.refs);
    const facts = await readIsolation(this.targets.get(context.desired.target), refs, context);
    return isolationOfChange(facts, refs, context);
  }

  plan(facts: IsolationFacts, { desired, solutionId }: Omit<StepContext<ChangeDesired>, 'call'>): StepPlan {
    return {
      actions: [],
      findings: isolationFindings(facts, solutionId, desired.isolation.requireExclusive),
    };
  }
}
