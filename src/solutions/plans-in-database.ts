import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { PlanKeeper } from '../saga/plan-keeper.js';
import type { SagaPlan } from '../saga/plan-saga.js';
import type { Position } from '../saga/position.js';
import type { Desired } from './desired.js';
import { Ids } from './ids.js';
import { actionViews } from './plan-view.js';
import { Targets } from './ports/target.js';
import { expectedInterruption } from './rules/expected-interruption.js';
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
    const { planId, planDigest, input, target, kind, solutionId } = position;
    const { actions, digest, findings } = plan;
    if (planId !== null && planDigest === digest) return planId;
    const { config } = this.targets.get(target);
    const kept = await insertPlan(this.database, {
      id: this.ids.next(),
      kind,
      solutionId: kind === 'onboarding' ? null : solutionId,
      digest,
      desired: input.desired as Desired,
      actions: actionViews(actions, config),
      findings,
      interruption: expectedInterruption(actions, config),
    });
    return kept.id;
  }
}
