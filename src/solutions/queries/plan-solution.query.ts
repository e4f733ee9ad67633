import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import type { Caller } from '../../http/caller.js';
import { newLook } from '../../saga/call.js';
import { planSaga } from '../../saga/plan-saga.js';
import { Sagas } from '../../saga/saga.js';
import { Clock } from '../clock.js';
import { AcceptOnboarding } from '../commands/accept-onboarding.js';
import { Ids } from '../ids.js';
import type { OnboardRequest } from '../onboard-request.js';
import { Targets } from '../ports/target.js';
import { actionViews, planView, type PlanView } from '../plan-view.js';
import { asking } from '../target-unavailable.js';
import { insertPlan } from './sql/plans.sql.js';

/** What an onboarding would do: everything is read, nothing is changed. The plan is kept, so that it can be carried out. */
export class PlanSolutionQuery extends Query<PlanView> {
  constructor(
    readonly request: OnboardRequest,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(PlanSolutionQuery)
export class PlanSolutionHandler implements IQueryHandler<PlanSolutionQuery> {
  constructor(
    private readonly database: Database,
    private readonly sagas: Sagas,
    private readonly acceptance: AcceptOnboarding,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly targets: Targets,
  ) {}

  async execute({ request, caller }: PlanSolutionQuery): Promise<PlanView> {
    const desired = this.acceptance.desiredOf(request, caller);
    const plan = await asking(desired.target, () =>
      planSaga(this.sagas.saga('onboarding'), {
        call: newLook(),
        desired,
        // Nobody's ids: whatever is found on the target or claimed belongs to somebody else.
        operationId: this.ids.next(),
        solutionId: this.ids.next(),
        dryRun: true,
        nowMs: this.clock.now().getTime(),
      }),
    );
    const { digest, findings } = plan;
    return planView(
      await insertPlan(this.database, {
        id: this.ids.next(),
        digest,
        desired,
        actions: actionViews(plan.actions, this.targets.get(desired.target).config),
        findings,
      }),
    );
  }
}
