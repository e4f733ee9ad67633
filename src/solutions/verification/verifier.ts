import { Injectable } from '@nestjs/common';
import type { Call } from '../../saga/call.js';
import { planSaga } from '../../saga/plan-saga.js';
import { Sagas, type Saga } from '../../saga/saga.js';
import { Targets } from '../ports/target.js';
import type { SolutionRow } from '../solution-view.js';
import { InspectHoldingsStep } from '../steps/inspect-holdings.step.js';
import type { Verdict } from './verdict.js';
import { verdictOf } from './verdict.js';

/** Asks the steps of the onboarding what they would do now: in a solution that is as it should be, nothing. */
@Injectable()
export class Verifier {
  constructor(
    private readonly sagas: Sagas,
    private readonly holdings: InspectHoldingsStep,
    private readonly targets: Targets,
  ) {}

  /** @throws CallError */
  async look(solution: SolutionRow, call: Call, nowMs: number): Promise<Verdict> {
    const plan = await planSaga(this.saga(), {
      call,
      desired: solution.desired,
      // With the ids of the solution: what carries its mark is its own.
      operationId: solution.last_operation_id,
      solutionId: solution.id,
      // As in a plan, a server on its way is a finding: nobody comes back later to look again.
      dryRun: true,
      beyondErrors: true,
      nowMs,
    });
    const { ignore } = this.targets.get(solution.target).config;
    return verdictOf(plan, ignore, { tenant: solution.tenant, key: solution.key, nowMs });
  }

  /** The holdings before the servers: what they read is known from the isolation by then. */
  private saga(): Saga {
    const { kind, steps } = this.sagas.saga('onboarding');
    const at = steps.findIndex(({ name }) => name === 'rebind-server');
    return {
      kind,
      steps: [...steps.slice(0, at), this.holdings as unknown as Saga['steps'][number], ...steps.slice(at)],
    };
  }
}
