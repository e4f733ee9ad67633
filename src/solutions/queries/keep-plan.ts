import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { newLook } from '../../saga/call.js';
import { planSaga } from '../../saga/plan-saga.js';
import { Sagas } from '../../saga/saga.js';
import { Clock } from '../clock.js';
import type { Desired } from '../desired.js';
import { Ids } from '../ids.js';
import { Targets } from '../ports/target.js';
import { actionViews, planView, type PlanView } from '../plan-view.js';
import { expectedInterruption } from '../rules/expected-interruption.js';
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
    const { actions, digest, findings } = await asking(desired.target, () =>
      planSaga(this.sagas.saga(kind), {
        call: newLook(),
        desired,
        operationId: this.ids.next(),
        solutionId: solutionId ?? this.ids.next(),
        dryRun: true,
        nowMs: this.clock.now().getTime(),
      }),
    );
    const { config } = this.targets.get(desired.target);
    return planView(
      await insertPlan(this.database, {
        id: this.ids.next(),
        kind,
        solutionId,
        digest,
        desired,
        actions: actionViews(actions, config),
        findings,
        interruption: expectedInterruption(actions, config),
      }),
    );
  }
}
