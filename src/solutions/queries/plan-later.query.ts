import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import type { Caller } from '../../http/caller.js';
import { allow } from '../../http/caller.js';
import { inProgress, laterDesired, type Later } from '../commands/later-desired.js';
import { requireSupported, type ChangeRequest, type OffboardRequest } from '../later-request.js';
import type { PlanView } from '../plan-view.js';
import { Targets } from '../ports/target.js';
import { whichTarget } from '../which-target.js';
import { KeepPlan } from './keep-plan.js';
import { loadSolution } from './load-solution.js';

/**
 * What a change or an offboarding would do, refused as that would be: everything is read, nothing is changed. The plan is
 * kept, so that it can be carried out.
 */
export class PlanLaterQuery extends Query<PlanView> {
  constructor(
    readonly asked: {
      readonly solution: string;
      readonly request: ChangeRequest | OffboardRequest;
      readonly ifMatch: string | null;
      readonly caller: Caller;
    },
    readonly later: Later,
  ) {
    super();
  }
}

@QueryHandler(PlanLaterQuery)
export class PlanLaterHandler implements IQueryHandler<PlanLaterQuery> {
  constructor(
    private readonly database: Database,
    private readonly targets: Targets,
    private readonly plans: KeepPlan,
  ) {}

  async execute({ asked, later }: PlanLaterQuery): Promise<PlanView> {
    const { request, caller, ifMatch } = asked;
    requireSupported(request);
    const solution = await loadSolution(this.database, asked.solution);
    allow(caller, 'requester', solution);
    if (!solution.operation_done) throw inProgress(solution);
    const known = { expectedVersion: request.expectedVersion, ifMatch };
    const { desired } = await laterDesired(this.database, solution, known, later);
    whichTarget(this.targets, solution.target);
    return this.plans.of(later.kind, desired, solution.id);
  }
}
