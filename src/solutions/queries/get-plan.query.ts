import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { allow, type Caller } from '../../http/caller.js';
import { planView, type PlanView } from '../plan-view.js';
import { isUuid } from '../request-text.js';
import { findPlan } from './sql/plans.sql.js';

/** A plan as it was answered when it was made. */
export class GetPlanQuery extends Query<PlanView> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetPlanQuery)
export class GetPlanHandler implements IQueryHandler<GetPlanQuery> {
  constructor(private readonly database: Database) {}

  async execute({ id, caller }: GetPlanQuery): Promise<PlanView> {
    const plan = isUuid(id) ? await findPlan(this.database, id) : null;
    if (plan === null) {
      throw new AppError(
        'plan-not-found',
        `There is no plan ${JSON.stringify(id.slice(0, 64))}, or it has expired.`,
      );
    }
    allow(caller, 'viewer', plan.desired);
    return planView(plan);
  }
}
