import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { PlanKeeper } from '../saga/plan-keeper.js';
import type { SagaPlan } from '../saga/plan-saga.js';
import type { Position } from '../saga/position.js';
import type { Desired } from './desired.js';
import { Ids } from './ids.js';
import { newPlan } from './new-plan.js';
import { Targets } from './ports/target.js';
import { insertPlan } from './queries/sql/plans.sql.js';

/** Plans of operations beside those of dry runs, read at the same address. */
@Injectable()
export class PlansInDatabase extends PlanKeeper {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly targets: Targets,
  ) {
    super();
  }

  override async keep(position: Position, plan: SagaPlan): Promise<string> {
    const { planId, planDigest, input, target, kind } = position;
    if (planId !== null && planDigest === plan.digest) return planId;
    const id = this.ids.next();
    const solutionId = kind === 'onboarding' ? null : position.solutionId;
    const of = { id, kind, solutionId, desired: input.desired as Desired };
    await insertPlan(this.database, newPlan(of, plan, this.targets.get(target).config));
    return id;
  }
}
