import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { newLook } from '../../saga/call.js';
import { planSaga } from '../../saga/plan-saga.js';
import { Sagas } from '../../saga/saga.js';
import { Clock } from '../clock.js';
import type { Desired } from '../desired.js';
import { Ids } from '../ids.js';
import { Targets } from '../ports/target.js';
import { newPlan } from '../new-plan.js';
import { planView, type PlanView } from '../plan-view.js';
import { asking } from '../target-unavailable.js';
import { insertPlan } from './sql/plans.sql.js';

/** Asks what an operation would do and keeps the answer, so that it can be read again and carried out. */
@Injectable()
export class KeepPlan {
  constructor(
    private readonly database: Database,
    private readonly sagas: Sagas,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly targets: Targets,
  ) {}

  /**
   * @param solutionId null: there is none yet, whatever is found on the target or claimed belongs to somebody else
   * @throws AppError `target-unavailable`
   */
  async of(kind: string, desired: Desired, solutionId: string | null): Promise<PlanView> {
    const plan = await asking(desired.target, () =>
      planSaga(this.sagas.saga(kind), {
        call: newLook(),
        desired,
        operationId: this.ids.next(),
        solutionId: solutionId ?? this.ids.next(),
        dryRun: true,
        nowMs: this.clock.now().getTime(),
      }),
    );
    const of = { id: this.ids.next(), kind, solutionId, desired };
    return planView(
      await insertPlan(this.database, newPlan(of, plan, this.targets.get(desired.target).config)),
    );
  }
}
