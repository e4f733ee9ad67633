import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Halt } from '../../src/saga/halts.js';
import { Halts } from '../../src/saga/halts.js';
import type { Position } from '../../src/saga/position.js';
import type { Saga } from '../../src/saga/saga.js';
import { claimBegun } from '../../src/saga/sql/claim-begun.sql.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { accept, acceptMany, ask, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { ListStep, MemoryTarget, setting, testSaga } from './memory-target.js';

class Switches extends Halts {
  private readonly listeners = new Set<() => void>();
  private halted: ReadonlyMap<string, Halt> = new Map();
  private all: Halt | null = null;

  override of(target: string): Halt | null {
    return this.halted.get(target) ?? null;
  }
  override ofService(): Halt | null {
    return this.all;
  }
  override onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  halt(...targets: readonly string[]): void {
    this.halted = new Map(targets.map((name) => [name, { detail: `${name} is paused`, untilMs: null }]));
    this.tell();
  }
  haltEverything(detail: string | null): void {
    this.all = detail === null ? null : { detail, untilMs: null };
    this.tell();
  }
  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

let test: TestDatabase;
let target: MemoryTarget;
let halts: Switches;
const engines: Engine[] = [];

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
  halts = new Switches();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

async function started(saga: Saga, options: Parameters<typeof makeEngine>[3] = {}): Promise<Engine> {
  const engine = makeEngine(test.url, saga, target, { halts, targets: ['t', 'other'], ...options });
  engines.push(engine);
  await engine.runner.start();
  return engine;
}

const count = async (engine: Engine, condition: string): Promise<number> =>
  (await engine.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM operation WHERE ${condition}`))
    .rows[0]?.n ?? 0;

const untilTold = (engine: Engine, id: string): Promise<Position> =>
  until('it waits for its target', async () => {
    const position = await positionOf(engine.database, id);
    return position.waitingFor?.halted === true ? position : null;
  });

/** Stops a server, does something to it, starts it again, and has something to do afterwards. */
const rebind = {
  kind: 'onboarding',
  steps: [
    new ListStep('rebind', [
      setting('server', 1, {
        kind: 'stop',
        before: 'running',
        after: 'stopped',
        outage: 'opens',
        service: 'lost',
      }),
      setting('account', 2),
      setting('server again', 3, {
        kind: 'start',
        before: 'stopped',
        after: 'running',
        outage: 'closes',
        service: 'restored',
      }),
    ]),
    new ListStep('after', [setting('late')]),
  ],
} as unknown as Saga;

/** The worker loses its lease with the server stopped and a call in the air; the halt begins right before that. */
async function lostInOutage(halt: () => void): Promise<string> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let inTheAir = false;
  target.before = ({ object }) => {
    if (object.name !== 'account' || inTheAir) return undefined;
    inTheAir = true;
    return released;
  };
  const engine = await started(rebind, { leaseMs: 1_500 });
  const id = await accept(engine.database, rebind);
  await until('a call is in the air', () => Promise.resolve(inTheAir));
  halt();
  await engine.database.query(`UPDATE worker SET taken_at = clock_timestamp()`);
  await until('it has lost its lease', async () => (await count(engine, 'owner IS NULL')) === 1);
  release();
  return id;
}

describe('A halted target', () => {
  it('has nothing begun on it, holds up no other target, and goes on when the halt is over', async () => {
    halts.halt('t');
    const saga = testSaga({ locks: [] });
    const engine = await started(saga);
    await acceptMany(engine.database, saga, 200);
    await acceptMany(engine.database, saga, 20, 'e', 'other');
    await until(
      'the other target has ended',
      async () => (await count(engine, `target = 'other' AND ended_at IS NOT NULL`)) === 20,
    );
    expect(await count(engine, `target = 't' AND version = 1 AND owner IS NULL`)).toBe(200);
    halts.halt();
    await until('all have ended', async () => (await count(engine, 'ended_at IS NULL')) === 0);
    expect(target.log).toHaveLength(220 * 4);
  });

  it('lets the call in the air end; what has begun is told once and then lies still', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    target.after = () => answered;
    const saga = testSaga({ locks: [] });
    const engine = await started(saga);
    const id = await accept(engine.database, saga);
    await until('the first effect is made', () => Promise.resolve(target.log.length > 0));
    halts.halt('t');
    answer();
    const told = await untilTold(engine, id);
    expect(told.waitingFor).toMatchObject({ reason: 'target', detail: 't is paused' });
    expect(target.log).toEqual(['apply one']);
    // Another operation of the other target goes through, so everybody has looked meanwhile.
    await acceptMany(engine.database, saga, 1, 'e', 'other');
    await until('the other one has ended', async () => (await count(engine, 'ended_at IS NOT NULL')) === 1);
    expect((await positionOf(engine.database, id)).version).toBe(told.version);
    halts.halt();
    expect((await untilStanding(engine.database, id)).state).toBe('completed');
  });

  it('keeps an operation in its outage going until service is restored, also when another worker has to take it over', async () => {
    const id = await lostInOutage(() => halts.halt('t'));
    const second = await started(rebind);
    const told = await untilTold(second, id);
    expect(told.serviceDown).toBe(false);
    expect(target.log).toEqual(['apply server', 'apply account', 'apply server again']);
    halts.halt();
    expect((await untilStanding(second.database, id)).state).toBe('completed');
  });

  it('takes a cancel: nothing was done, so it ends at once; otherwise when the halt is over', async () => {
    halts.halt('t');
    const engine = await started(testSaga());
    const fresh = await accept(engine.database, testSaga(), 'fresh');
    await ask(engine.database, fresh, 'cancel');
    expect((await untilStanding(engine.database, fresh)).state).toBe('cancelled');
    halts.halt();
    target.after = () => halts.halt('t');
    const begun = await accept(engine.database, testSaga(), 'begun');
    await untilTold(engine, begun);
    await ask(engine.database, begun, 'cancel');
    await until(
      'it has turned round',
      async () => (await positionOf(engine.database, begun)).state === 'compensating',
    );
    expect(target.log).toEqual(['apply one']);
    target.after = () => undefined;
    halts.halt();
    expect((await untilStanding(engine.database, begun)).state).toBe('cancelled');
    expect(target.log).toEqual(['apply one', 'revert one']);
  });

  it('costs an index probe however many operations wait for it', async () => {
    const { database } = await started(testSaga());
    await acceptMany(database, testSaga(), 5_000, 'e', 'elsewhere');
    await database.query(
      `UPDATE operation SET started_at = now(), waiting_for = '{"reason":"target","halted":true}' WHERE key > 'k3'`,
    );
    await database.query('ANALYZE operation');
    const { rows } = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) ${claimBegun}`,
      [0, ['elsewhere'], [256], ['onboarding'], ['{make}'], []],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('operation_despite_halt');
    expect(plan).not.toContain('Seq Scan on operation');
    expect(plan).not.toContain('Rows Removed by Filter');
  });
});

describe('A halted service', () => {
  it('takes nothing at all, not even what stands in its outage, and goes on when the halt is over', async () => {
    const id = await lostInOutage(() => halts.haltEverything('after the incident'));
    const second = await started(rebind);
    await until('it is free', async () => (await count(second, 'owner IS NULL')) === 1);
    const beats = second.lease.remainingMs;
    await until('the second worker has beaten since', () =>
      Promise.resolve(second.lease.remainingMs > beats),
    );
    expect(await count(second, 'owner IS NULL AND due_at < clock_timestamp()')).toBe(1);
    expect(target.log).toEqual(['apply server']);
    halts.haltEverything(null);
    expect((await untilStanding(second.database, id)).state).toBe('completed');
  });
});
