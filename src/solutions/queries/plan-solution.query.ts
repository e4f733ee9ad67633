import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Caller } from '../../http/caller.js';
import { AcceptOnboarding } from '../commands/accept-onboarding.js';
import type { OnboardRequest } from '../onboard-request.js';
import type { PlanView } from '../plan-view.js';
import { KeepPlan } from './keep-plan.js';

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
    private readonly acceptance: AcceptOnboarding,
    private readonly plans: KeepPlan,
  ) {}

  execute({ request, caller }: PlanSolutionQuery): Promise<PlanView> {
    return this.plans.of('onboarding', this.acceptance.desiredOf(request, caller), null);
  }
}
