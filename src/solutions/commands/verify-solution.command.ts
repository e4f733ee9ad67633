import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database, type Queryable } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { AppError } from '../../errors.js';
import { allow, type Caller } from '../../http/caller.js';
import { eventType, partitionKeyOf, solutionSource } from '../../messaging/event.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import type { Finding } from '../../saga/action.js';
import { reading } from '../../saga/call.js';
import { planSaga, type SagaPlan } from '../../saga/plan-saga.js';
import { Sagas } from '../../saga/saga.js';
import { Clock } from '../clock.js';
import { actionViews, type PlannedActionView } from '../plan-view.js';
import { loadSolution } from '../queries/load-solution.js';
import { solutionView, type IsolationState, type SolutionRow } from '../solution-view.js';
import { asking } from '../target-unavailable.js';
import { driftOf, isolationOf } from '../verified.js';
import { lockSolution, storeVerification } from './sql/store-verification.sql.js';

export interface Verification {
  readonly solution: { readonly id: string; readonly href: string };
  readonly isolation: { readonly state: IsolationState; readonly at: string };
  readonly drift: readonly PlannedActionView[];
  readonly findings: readonly Finding[];
}

/** Looks at the target now and says what differs from what the onboarding left, and whether the isolation holds. */
export class VerifySolutionCommand extends Command<Verification> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(VerifySolutionCommand)
export class VerifySolutionHandler implements ICommandHandler<VerifySolutionCommand> {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly sagas: Sagas,
    private readonly clock: Clock,
  ) {}

  async execute({ id, caller }: VerifySolutionCommand): Promise<Verification> {
    const solution = await loadSolution(this.database, id);
    allow(caller, 'operator', solution);
    refuseWhileRunning(solution);
    refuseWhatIsNotThere(solution);
    const at = this.clock.now();
    // With the ids of the onboarding: what carries its mark is this solution's own.
    const plan = await asking(solution.target, () =>
      planSaga(this.sagas.saga('onboarding'), {
        call: reading,
        desired: solution.desired,
        operationId: solution.last_operation_id,
        solutionId: solution.id,
        // As in a plan, a server on its way is a finding: nobody comes back later to look again.
        dryRun: true,
        nowMs: at.getTime(),
      }),
    );
    await this.store(solution, plan, at);
    return {
      solution: { id: solution.id, href: `/v1/solutions/${solution.id}` },
      isolation: { state: isolationOf(plan), at: at.toISOString() },
      drift: actionViews(driftOf(plan)),
      findings: plan.findings,
    };
  }

  /** An operation that has begun in the meantime explains what was seen: nothing of it is kept then. */
  private async store(before: SolutionRow, plan: SagaPlan, at: Date): Promise<void> {
    const drifted = driftOf(plan).length > 0;
    const changed = await this.database.transaction(async (tx) => {
      await lockSolution(tx, before.id);
      const now = await loadSolution(tx, before.id);
      if (!now.live || !now.operation_done || now.last_operation_id !== before.last_operation_id)
        return false;
      return record(tx, now, isolationOf(plan), drifted, at);
    });
    if (changed) this.wake.notify('event');
  }
}

/** @returns whether something has changed that others are told of */
async function record(
  tx: Queryable,
  now: SolutionRow,
  isolation: IsolationState,
  drifted: boolean,
  at: Date,
): Promise<boolean> {
  const changed = now.isolation !== isolation || (now.observed?.drifted ?? false) !== drifted;
  const observed = now.observed === null ? null : { ...now.observed, at: at.toISOString(), drifted };
  await storeVerification(tx, now.id, { isolation, observed, changed });
  if (!changed) return false;
  const stored = await loadSolution(tx, now.id);
  const holds = isolation === 'verified' && !drifted;
  await insertEvents(
    tx,
    [
      {
        type: eventType(holds ? 'solution.verified' : 'solution.drifted'),
        source: solutionSource(stored.id),
        subject: null,
        solutionId: stored.id,
        operationId: null,
        partitionKey: partitionKeyOf(stored),
        data: solutionView(stored),
      },
    ],
    at,
  );
  return true;
}

/** Everything of it would be missing: that is no drift. */
function refuseWhatIsNotThere({ live, state, key }: SolutionRow): void {
  if (live) return;
  throw new AppError(
    'nothing-to-verify',
    `The solution "${key}" is ${state}: nothing of it is at the target.`,
  );
}

function refuseWhileRunning({ operation_done, last_operation_id, key }: SolutionRow): void {
  if (operation_done) return;
  const href = `/v1/operations/${last_operation_id}`;
  throw new AppError(
    'operation-in-progress',
    `An operation of the solution "${key}" has not ended: ${href}.`,
    {
      members: { href },
    },
  );
}
