import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../src/database/database.js';
import type { WakeChannel } from '../../src/database/wake.js';
import { Wake } from '../../src/database/wake.js';
import { CarryOut } from '../../src/saga/carry-out.js';
import { Locks } from '../../src/saga/locks.js';
import { Committer } from '../../src/saga/committer.js';
import type { Halts } from '../../src/saga/halts.js';
import type { Position, Schedule, VerbRequest } from '../../src/saga/position.js';
import { isEnded, isParked } from '../../src/saga/position.js';
import { Runner } from '../../src/saga/runner.js';
import type { EndedOperation, Saga } from '../../src/saga/saga.js';
import { OperationEnds, Sagas, TargetLimits } from '../../src/saga/saga.js';
import type { Verb } from '../../src/saga/verbs.js';
import type { TaskTerms } from '../../src/saga/task.js';
import { defaultTaskTerms } from '../../src/saga/task.js';
import { WorkerLease } from '../../src/saga/worker-lease.js';
import { loadOperation } from '../../src/solutions/queries/load-operation.js';
import type { MemoryTarget } from './memory-target.js';

/** Wake-ups within this process only. */
export class LocalWake extends Wake {
  private readonly listeners = new Map<WakeChannel, Set<() => void>>();
  notify(channel: WakeChannel): void {
    for (const listener of this.listeners.get(channel) ?? []) listener();
  }
  on(channel: WakeChannel, listener: () => void): () => void {
    const own = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, own.add(listener));
    return () => own.delete(listener);
  }
}

class NoLimits extends TargetLimits {
  constructor(
    private readonly targets: readonly string[],
    private readonly terms: TaskTerms,
  ) {
    super();
  }
  names() {
    return this.targets;
  }
  of() {
    return { timeoutMs: 500, lateMs: 100, parallel: 4, task: () => this.terms };
  }
}

export class RecordedEnds extends OperationEnds {
  readonly ended: string[] = [];
  apply(_tx: unknown, ended: readonly EndedOperation[]): Promise<void> {
    this.ended.push(...ended.map(({ state }) => state));
    return Promise.resolve();
  }
}

export interface Engine {
  readonly runner: Runner;
  readonly lease: WorkerLease;
  readonly database: Database;
  readonly ends: RecordedEnds;
  close(): Promise<void>;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One worker as the service makes it, on a database of the test's own. */
export function makeEngine(
  url: string,
  saga: Saga,
  target: MemoryTarget,
  options: {
    wake?: Wake;
    leaseMs?: number;
    soleProcess?: boolean;
    monotonic?: () => number;
    capacity?: number;
    pollMs?: number;
    /** Of work that is handed to a person. */
    terms?: TaskTerms;
    targets?: readonly string[];
    halts?: Halts;
    /** Further sagas of this worker. */
    also?: readonly Saga[];
  } = {},
): Engine {
  const pool = new pg.Pool({ connectionString: url, max: 6 });
  pool.on('error', () => undefined);
  const database = new Database(pool);
  const wake = options.wake ?? new LocalWake();
  const sagas = new Sagas([saga, ...(options.also ?? [])], [target]);
  const lease = new WorkerLease(database, randomUUID(), options.leaseMs ?? 3_000, options.monotonic);
  const ends = new RecordedEnds();
  const committer = new Committer(database, lease, ends, wake, () => undefined);
  const runner = new Runner(
    database,
    wake,
    lease,
    committer,
    new CarryOut(sagas, lease, new Locks(database)),
    sagas,
    new NoLimits(options.targets ?? ['t'], options.terms ?? defaultTaskTerms),
    {
      soleProcess: options.soleProcess ?? false,
      pollMs: options.pollMs ?? 50,
      log: silent,
      ...(options.halts === undefined ? {} : { halts: options.halts }),
      ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    },
  );
  return { runner, lease, database, ends, close: () => pool.end() };
}

export async function accept(
  database: Database,
  saga: Saga,
  key = 'k',
  planDigest: string | null = null,
  schedule: Schedule | null = null,
): Promise<string> {
  const [id, solution] = [uuidv7(), uuidv7()];
  await database.query(
    `WITH o AS (INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, schedule, due_at, created_at, updated_at)
       VALUES ($1, $2, $3, 't', 'e', $4, 'queued', $5, $7, clock_timestamp(), clock_timestamp(), clock_timestamp())),
     i AS (INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by, plan_digest) VALUES ($1, '{}', '', 'test', $6))
     INSERT INTO event_stream (source_id) VALUES ($3)`,
    [id, saga.kind, solution, key, saga.steps.map((step) => step.name), planDigest, schedule],
  );
  return id;
}

/** Many at once, in one statement, for one tenant. */
export async function acceptMany(
  database: Database,
  saga: Saga,
  count: number,
  tenant = 'e',
  target = 't',
): Promise<void> {
  await database.query(
    `WITH o AS (INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, due_at, created_at, updated_at)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), $5, $4, 'k' || i, 'queued', $2, clock_timestamp(), clock_timestamp(), clock_timestamp()
       FROM generate_series(1, $3::int) i RETURNING id, solution_id),
     i AS (INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by) SELECT id, '{}', '', 'test' FROM o)
     INSERT INTO event_stream (source_id) SELECT solution_id FROM o`,
    [saga.kind, saga.steps.map((step) => step.name), count, tenant, target],
  );
}

export async function ask(
  database: Database,
  id: string,
  verb: Verb,
  extra: Partial<VerbRequest> = {},
): Promise<void> {
  await database.query(
    `UPDATE operation SET requested_verb = $2, version = version + 1,
       due_at = CASE WHEN owner IS NULL THEN clock_timestamp() ELSE due_at END WHERE id = $1`,
    [id, { verb, by: 'tester', atMs: 0, reason: 'test', ...extra }],
  );
}

/** As callers see it, in one snapshot: two statements beside the worker could show an end with a step that still runs. */
export const positionOf = (database: Database, id: string): Promise<Position> => loadOperation(database, id);

/** Polls until the condition holds; the condition, not the clock, decides. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | false | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false && seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const untilStanding = (database: Database, id: string): Promise<Position> =>
  until('the operation ends or is parked', async () => {
    const position = await positionOf(database, id);
    return isEnded(position.state) || isParked(position.state) ? position : null;
  });
