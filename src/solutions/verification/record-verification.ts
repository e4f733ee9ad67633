import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { eventType, partitionKeyOf, solutionSource } from '../../messaging/event.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import { actionViews } from '../plan-view.js';
import { loadSolution } from '../queries/load-solution.js';
import { solutionView, type Observed, type SolutionRow } from '../solution-view.js';
import type { Verdict } from './verdict.js';
import { lockSolution } from '../commands/sql/lock-solution.sql.js';
import { storeVerification } from './sql/store-verification.sql.js';
import { noteLook } from './sql/verification-rows.sql.js';

/** So many differences and errors are kept with the solution and told in its events; a look shows them all. */
const mostKept = 20;

export interface Look {
  /** As it was when the look began. */
  readonly solution: SolutionRow;
  readonly at: Date;
  readonly verdict: Verdict;
  /** Who has claimed the look; undefined: somebody asked for it. */
  readonly claim?: string;
  /** When the next one is due, ms from now. */
  readonly nextMs: number;
}

/** `changed`: something that others are told of. `void`: the look is of no use any more, and nothing of it is kept. */
export type Recorded = 'drifted' | 'verified' | 'changed' | 'same' | 'void';

/** Keeps what a look has seen, and tells of drift when it begins and when it is over. */
@Injectable()
export class RecordVerification {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
  ) {}

  /** @throws AppError `unavailable` */
  async record(look: Look): Promise<Recorded> {
    const recorded = await this.database.transaction((tx) => recordIn(tx, look));
    if (recorded === 'drifted' || recorded === 'verified') this.wake.notify('event');
    return recorded;
  }
}

async function recordIn(tx: Queryable, look: Look): Promise<Recorded> {
  const { solution, verdict, at } = look;
  await lockSolution(tx, solution.id);
  const now = await loadSolution(tx, solution.id);
  // An operation that has begun in the meantime explains what was seen; a later look knows better.
  const isOfUse =
    now.live &&
    now.operation_done &&
    now.last_operation_id === solution.last_operation_id &&
    (await noteLook(tx, look));
  if (!isOfUse) return 'void';
  const wasDrifted = now.observed?.drifted ?? false;
  const drifted = verdict.condition === 'undecided' ? wasDrifted : verdict.condition === 'drifted';
  const changed = now.isolation !== verdict.isolation || wasDrifted !== drifted;
  const observed = now.observed === null ? null : seenOf(now.observed, look, drifted);
  await storeVerification(tx, now.id, { isolation: verdict.isolation, observed, changed });
  if (!changed) return 'same';
  const event = eventOf(
    { wasDrifted, drifted },
    now.isolation !== 'violated' && verdict.isolation === 'violated',
  );
  if (event === null) return 'changed';
  const stored = await loadSolution(tx, now.id);
  await insertEvents(
    tx,
    [
      {
        type: eventType(`solution.${event}`),
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
  return event;
}

/** When drift begins and when it is over; once more when the isolation is lost while something else differed already. */
function eventOf(
  { wasDrifted, drifted }: { readonly wasDrifted: boolean; readonly drifted: boolean },
  isLost: boolean,
): 'drifted' | 'verified' | null {
  if (drifted) return !wasDrifted || isLost ? 'drifted' : null;
  return wasDrifted ? 'verified' : null;
}

const seenOf = (observed: Observed, { at, verdict }: Look, drifted: boolean): Observed => ({
  ...observed,
  at: at.toISOString(),
  drifted,
  drift: actionViews(verdict.drift.kept.slice(0, mostKept)),
  findings: verdict.findings.kept.filter(({ severity }) => severity === 'error').slice(0, mostKept),
});
