import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';
import { isConnectionLost } from '../database/errors.js';
import type { Wake } from '../database/wake.js';
import { AppError } from '../errors.js';
import type { VerbRequest } from './position.js';
import { isEnded } from './position.js';
import type { OperationEnds } from './saga.js';
import { commitTransitions, whyNot } from './sql/commit.sql.js';
import type { Transition } from './transition.js';
import { transitionRows } from './transition-rows.js';
import type { WorkerLease } from './worker-lease.js';
import { writeTasks } from './write-tasks.js';

export type CommitResult =
  | { readonly result: 'durable' }
  /** Somebody has asked something of it in the meantime: decide again with the request. */
  | { readonly result: 'asked'; readonly request: VerbRequest; readonly version: number }
  /** It is not ours any more. */
  | { readonly result: 'lost' }
  /** The database refuses its data: the operation has to be parked without them. */
  | { readonly result: 'poisoned'; readonly error: unknown };

interface Pending {
  readonly transition: Transition;
  readonly id: string;
  readonly resolve: (result: CommitResult) => void;
}

interface MovedRow {
  id: string;
  /** Some operation that waited for locks is due now; the same in every row. */
  woke: boolean;
}

interface MissedRow {
  id: string;
  owner: string | null;
  version: string;
  transition_id: string | null;
  requested_verb: VerbRequest | null;
}

/**
 * Group commit: transitions that arrive while a flush is on its way share the next one; one alone never waits.
 * Two flushes in flight keep the disk busy while the next batch fills.
 */
export class Committer {
  private queue: Pending[] = [];
  private flights = 0;

  constructor(
    private readonly database: Database,
    private readonly lease: WorkerLease,
    private readonly ends: OperationEnds,
    private readonly wake: Wake,
    private readonly onTrouble: (error: unknown) => void,
    private readonly maxFlights = 2,
    private readonly maxBatch = 256,
  ) {}

  /** Resolves when the transition is durable or known to be void; waits through a database that is away. */
  commit(transition: Transition): Promise<CommitResult> {
    return new Promise((resolve) => {
      this.queue.push({ transition, id: randomUUID(), resolve });
      this.pump();
    });
  }

  private pump(): void {
    while (this.flights < this.maxFlights && this.queue.length > 0) {
      const batch = this.queue.splice(0, this.maxBatch);
      this.flights += 1;
      void this.flush(batch).finally(() => {
        this.flights -= 1;
        this.pump();
      });
    }
  }

  private async flush(batch: Pending[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.write(batch);
        return;
      } catch (error) {
        this.onTrouble(error);
        if (batch.length > 1 && isHopeless(error)) {
          // One row that the database refuses must not hold up the others.
          await Promise.all(batch.map((pending) => this.flush([pending])));
          return;
        }
        if (isHopeless(error)) {
          batch[0]?.resolve({ result: 'poisoned', error });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, Math.min(2_000, 50 * 2 ** Math.min(attempt, 6))));
        if (!this.lease.registered) {
          for (const pending of batch) pending.resolve({ result: 'lost' });
          return;
        }
      }
    }
  }

  private async write(all: Pending[]): Promise<void> {
    const { epoch } = this.lease;
    const batch = all.filter(({ transition }) => transition.epoch === epoch);
    for (const pending of all) if (pending.transition.epoch !== epoch) pending.resolve({ result: 'lost' });
    if (batch.length === 0) return;
    const values = transitionRows(epoch, batch);
    const ended = batch.filter(({ transition }) => isEnded(transition.decision.position.state));
    const tasks = batch.filter(({ transition }) => transition.decision.tasks.length > 0);
    const rows = await (ended.length + tasks.length === 0
      ? this.database.query<MovedRow>(commitTransitions, values).then((result) => result.rows)
      : this.database.transaction(async (tx) => {
          const result = await tx.query<MovedRow>(commitTransitions, values);
          const ids = new Set(result.rows.map((row) => row.id));
          const over = ended.filter(({ transition }) => ids.has(transition.from.id));
          if (over.length > 0)
            await this.ends.apply(
              tx,
              over.map(({ transition: { decision } }) => ({
                position: decision.position,
                state: decision.position.state,
              })),
            );
          await writeTasks(
            tx,
            tasks
              .filter(({ transition }) => ids.has(transition.from.id))
              .map(({ transition }) => ({
                operationId: transition.from.id,
                changes: transition.decision.tasks,
              })),
          );
          return result.rows;
        }));
    const moved = new Set(rows.map((row) => row.id));
    const missed = batch.filter(({ transition }) => !moved.has(transition.from.id));
    for (const pending of batch)
      if (moved.has(pending.transition.from.id)) pending.resolve({ result: 'durable' });
    if (batch.some(({ transition }) => transition.decision.events.length > 0)) this.wake.notify('event');
    if (rows[0]?.woke === true) this.wake.notify('operation');
    if (missed.length > 0) await this.explain(missed);
  }

  /** Why a transition was not written; one that was written before the answer got lost is found by its id. */
  private async explain(missed: Pending[]): Promise<void> {
    const { rows } = await this.database.query<MissedRow>(whyNot, [
      missed.map(({ transition }) => transition.from.id),
    ]);
    const again: Pending[] = [];
    for (const pending of missed) {
      const row = rows.find((candidate) => candidate.id === pending.transition.from.id);
      if (row?.transition_id === pending.id) pending.resolve({ result: 'durable' });
      else if (row === undefined || row.owner !== this.lease.epoch) pending.resolve({ result: 'lost' });
      else if (Number(row.version) === pending.transition.from.version) again.push(pending);
      else if (row.requested_verb === null) pending.resolve({ result: 'lost' });
      else pending.resolve({ result: 'asked', request: row.requested_verb, version: Number(row.version) });
    }
    // Still ours at our version: the lease had run out and nobody took it. The heartbeat renews it.
    if (again.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await this.write(again);
    }
  }
}

/** SQLSTATE classes of a database that is away, full, busy or restarting: the same statement may succeed later. */
const passing = /^(08|25|40|53|55|57|58|XX)/;

/** The data, the statement or our own code is wrong: trying again will not help, and must not hold up the others. */
function isHopeless(error: unknown): boolean {
  if (error instanceof AppError || isConnectionLost(error)) return false;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code !== 'string' || !passing.test(code);
}
