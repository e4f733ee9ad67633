import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../src/database/database.js';
import { makePool } from '../src/database/pool.js';
import type { WakeChannel } from '../src/database/wake.js';
import { Wake } from '../src/database/wake.js';
import { insertEvents } from '../src/messaging/insert-events.sql.js';
import { CallError } from '../src/saga/call-error.js';
import type { Call } from '../src/saga/call.js';
import { CarryOut } from '../src/saga/carry-out.js';
import { Locks } from '../src/saga/locks.js';
import { Committer } from '../src/saga/committer.js';
import type { Effected, ResolvedAction, Seen } from '../src/saga/effect.js';
import { Effect } from '../src/saga/effect.js';
import type { Position } from '../src/saga/position.js';
import { isEnded, isParked } from '../src/saga/position.js';
import { Runner } from '../src/saga/runner.js';
import type { Saga } from '../src/saga/saga.js';
import { OperationEnds, Sagas, TargetLimits } from '../src/saga/saga.js';
import { Step, type StepContext, type StepPlan } from '../src/saga/step.js';
import { WorkerLease } from '../src/saga/worker-lease.js';
import { acceptedEvent } from '../src/solutions/commands/accept-onboarding.js';
import { acceptedPosition } from '../src/solutions/commands/accepted-position.js';
import { Together } from '../src/database/together.js';
import { insertOperations } from '../src/solutions/commands/sql/insert-operations.sql.js';
import { makeCalls, Refused, stepCount, type Calls } from './peers/calls.mjs';

export interface OursOptions {
  readonly databaseUrl: string;
  readonly targetUrl: string;
  /** Each step reads its object before it plans. */
  readonly reading: boolean;
  readonly leaseMs?: number;
  /** How often to look for work although nobody called, ms: only what another process accepted needs it. */
  readonly pollMs?: number;
}

export interface Ours {
  readonly database: Database;
  readonly runner: Runner;
  readonly lease: WorkerLease;
  /** Accepts a saga and waits for its end. @throws when it ends otherwise than asked */
  run(id: string, undone: boolean): Promise<void>;
  accept(id: string, undone: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** The engine as the service puts it together, with a saga of four steps of one action each on the target of the peers. */
export function makeOurs({
  databaseUrl,
  targetUrl,
  reading,
  leaseMs = 20_000,
  pollMs = 2_000,
}: OursOptions): Ours {
  const database = new Database(makePool(databaseUrl, 20, () => undefined));
  const wake = new OwnWake();
  const calls = makeCalls(targetUrl, { reading });
  const steps = Array.from({ length: stepCount }, (_, index) => new WriteStep(index + 1, calls));
  const sagas = new Sagas(
    [{ kind: 'onboarding', steps: steps as unknown as Saga['steps'] }],
    [new Register(calls)],
  );
  const lease = new WorkerLease(database, randomUUID(), leaseMs);
  const committer = new Committer(database, lease, new NoSolution(), wake, (error) => console.error(error));
  const ends = new Map<string, (position: Position) => void>();
  const runner = new Runner(
    database,
    wake,
    lease,
    committer,
    new CarryOut(sagas, lease, new Locks(database)),
    sagas,
    new Limits(),
    {
      soleProcess: false,
      pollMs,
      log: { info: () => undefined, warn: console.error, error: console.error },
      onDecision: (position) => {
        if (isEnded(position.state) || isParked(position.state)) ends.get(position.id)?.(position);
      },
    },
  );
  const acceptance = new Together<Position, void>(async (positions) => {
    await database.transaction(async (tx) => {
      await insertOperations(
        tx,
        positions.map((position) => ({ position, fingerprint: '' })),
      );
      await insertEvents(tx, positions.map(acceptedEvent), new Date());
    });
    wake.notify('operation');
    return positions.map(() => ({ status: 'fulfilled', value: undefined }));
  });
  const accept = (id: string, undone: boolean): Promise<void> =>
    acceptance.add(
      positionOf(
        id,
        undone,
        steps.map((step) => step.name),
      ),
    );
  return {
    database,
    runner,
    lease,
    accept,
    async run(id, undone) {
      const ended = new Promise<Position>((resolve) => ends.set(id, resolve));
      await accept(id, undone);
      const { state, error } = await ended;
      ends.delete(id);
      const expected = undone ? 'failed' : 'completed';
      if (state !== expected)
        throw new Error(`the saga is ${state}, not ${expected}: ${JSON.stringify(error)}`);
    },
    async stop() {
      await runner.stop();
      await calls.close();
      await database.pool.end();
    },
  };
}

/** One action that sets a register of the target; the first one also takes the saga's lock. */
export class WriteStep extends Step<{ undone: boolean }, string | null> {
  override readonly name: string;

  constructor(
    private readonly number: number,
    private readonly calls: Calls,
  ) {
    super();
    this.name = `write-${number}`;
  }

  /** Without a read: a register by a name of our own is empty, and the target compares when it is written. */
  override async observe({ operationId }: StepContext<{ undone: boolean }>): Promise<string | null> {
    return this.calls.reading ? this.calls.read(`${operationId}-${this.number}`) : null;
  }

  override plan(
    image: string | null,
    { desired, operationId }: Omit<StepContext<{ undone: boolean }>, 'call'>,
  ): StepPlan {
    const name = `${operationId}-${this.number}`;
    const after = desired.undone && this.number === stepCount ? 'refuse' : 'done';
    return {
      actions: [{ kind: 'update', object: { type: 1, name, dbid: null }, before: null, after, stage: 1 }],
      findings: [],
      seen: new Map([[1, { image }]]),
      ...(this.number === 1 ? { locks: [`bench/${operationId}`] } : {}),
    };
  }
}

export class Register extends Effect {
  constructor(private readonly calls: Calls) {
    super();
  }

  override handles(): boolean {
    return true;
  }

  override async read(_call: Call, { object }: ResolvedAction): Promise<Seen> {
    return { image: await this.calls.read(object.name) };
  }

  override apply(call: Call, { object, after }: ResolvedAction): Promise<Effected> {
    return this.write(call, object.name, null, after as string);
  }

  override revert(call: Call, { object, after, before }: ResolvedAction): Promise<Effected> {
    return this.write(call, object.name, after as string, before as null);
  }

  private async write(call: Call, key: string, from: string | null, to: string | null): Promise<Effected> {
    call.beforeSend(timeoutMs);
    try {
      await this.calls.write(key, from, to);
      return { effected: 'done' };
    } catch (error) {
      if (error instanceof Refused) throw new CallError('invalid', error.message);
      throw error;
    }
  }
}

const timeoutMs = 1_000;

class Limits extends TargetLimits {
  names() {
    return ['bench'];
  }
  of() {
    return { timeoutMs, lateMs: 1_000, parallel: 4 };
  }
}

class NoSolution extends OperationEnds {
  apply(): Promise<void> {
    return Promise.resolve();
  }
}

/** Wake-ups of this process alone. */
class OwnWake extends Wake {
  private readonly listeners = new Set<() => void>();
  notify(channel: WakeChannel): void {
    if (channel === 'operation') for (const listener of this.listeners) listener();
  }
  on(channel: WakeChannel, listener: () => void): () => void {
    if (channel === 'operation') this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const positionOf = (id: string, undone: boolean, stepNames: readonly string[]): Position =>
  acceptedPosition({
    id,
    kind: 'onboarding',
    solutionId: uuidv7(),
    target: 'bench',
    tenant: 'bench',
    key: id,
    stepNames,
    input: {
      desired: { undone },
      requestedBy: 'bench',
      externalReference: [],
      correlationId: null,
      causationId: null,
    },
    schedule: null,
    planId: null,
    planDigest: null,
    acceptedAtMs: Date.now(),
  });
