import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Saga } from '../../src/saga/saga.js';
import { claim, nextDue } from '../../src/saga/sql/claim.sql.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { accept, acceptMany, LocalWake, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { ListStep, MemoryTarget, setting } from './memory-target.js';

let test: TestDatabase;
let target: MemoryTarget;
const engines: Engine[] = [];

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

const sagaOf = (...steps: readonly string[]): Saga => ({
  kind: 'onboarding',
  steps: steps.map((name) => new ListStep(name, [setting(name)])) as unknown as Saga['steps'],
});
const short = sagaOf('make');

function engine(saga: Saga, options: Parameters<typeof makeEngine>[3] = {}): Engine {
  const made = makeEngine(test.url, saga, target, options);
  engines.push(made);
  return made;
}

async function count(from: Engine, condition: string): Promise<number> {
  const { rows } = await from.database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM operation WHERE ${condition}`,
  );
  return rows[0]?.n ?? 0;
}

describe('Whose turn it is', () => {
  it("a tenant with 10,000 queued operations does not hold up another one's single operation", async () => {
    const worker = engine(short, { capacity: 16 });
    await acceptMany(worker.database, short, 10_000, 'many');
    await worker.runner.start();
    await until(
      'the many are being worked on',
      async () => (await count(worker, 'ended_at IS NOT NULL')) > 50,
    );
    await acceptMany(worker.database, short, 1, 'one');
    const before = await count(worker, `tenant = 'many' AND started_at IS NOT NULL`);
    await until(
      'the single one has ended',
      async () => (await count(worker, `tenant = 'one' AND ended_at IS NOT NULL`)) === 1,
    );
    const meanwhile = (await count(worker, `tenant = 'many' AND started_at IS NOT NULL`)) - before;
    // 16 are in hand when it comes, and it has every second place from then on.
    expect(meanwhile).toBeLessThan(200);
    expect(await count(worker, 'ended_at IS NULL')).toBeGreaterThan(9_000);
  });

  it('comes round to everybody where more tenants wait than fit into one look', async () => {
    const worker = engine(short, { capacity: 4 });
    for (let tenant = 0; tenant < 60; tenant += 1)
      await acceptMany(worker.database, short, 2, `tenant-${tenant}`);
    await worker.runner.start();
    await until('all have ended', async () => (await count(worker, 'ended_at IS NULL')) === 0);
    expect(target.log).toHaveLength(120);
  });

  it('a target that does not answer fills its own hand and leaves the other targets theirs', async () => {
    const worker = makeEngine(test.url, short, target, { capacity: 4, targets: ['slow', 't'] });
    engines.push(worker);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    target.before = (action) => (action.target === 'slow' ? answered : undefined);
    await acceptMany(worker.database, short, 50, 'e', 'slow');
    await acceptMany(worker.database, short, 50);
    await worker.runner.start();
    await until(
      'the others have ended',
      async () => (await count(worker, `target = 't' AND ended_at IS NULL`)) === 0,
    );
    expect(await count(worker, `target = 'slow' AND owner IS NOT NULL`)).toBe(4);
    answer();
    await until('all have ended', async () => (await count(worker, 'ended_at IS NULL')) === 0);
  });

  it('a burst is spread over three replicas', async () => {
    const wake = new LocalWake();
    let go = (): void => undefined;
    const going = new Promise<void>((resolve) => (go = resolve));
    target.before = () => going;
    const replicas = [engine(short, { wake }), engine(short, { wake }), engine(short, { wake })];
    for (const replica of replicas) await replica.runner.start();
    const [first] = replicas as [Engine];
    await acceptMany(first.database, short, 300);
    wake.notify('operation');
    await until('all are in hand', async () => (await count(first, 'owner IS NULL')) === 0);
    const shares = await Promise.all(
      replicas.map((replica) => count(first, `owner = ${replica.lease.epoch}`)),
    );
    go();
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(300);
    // Who wakes last gets least, and on a busy machine that was 38: none of them sits idle.
    expect(Math.min(...shares), `shares of 300: ${shares.join(', ')}`).toBeGreaterThanOrEqual(15);
    await until('all have ended', async () => (await count(first, 'ended_at IS NULL')) === 0);
    expect(target.log).toHaveLength(300);
  });
});

describe('An old and a new definition side by side', () => {
  it('each take only what they know, to its end', async () => {
    const [before, after] = [sagaOf('make'), sagaOf('make', 'check')];
    const [old, young] = [engine(before), engine(after)];
    await old.runner.start();
    const known = await accept(old.database, before);
    const unknown = await accept(old.database, after);
    expect((await untilStanding(old.database, known)).state).toBe('completed');
    expect((await positionOf(old.database, unknown)).state).toBe('queued');
    await young.runner.start();
    expect((await untilStanding(old.database, unknown)).state).toBe('completed');
  });

  it('a step known of another kind only is not known', async () => {
    const both = { ...sagaOf('make'), kind: 'change' };
    const worker = engine(short, { also: [{ ...sagaOf('make', 'check'), kind: 'change' }] });
    await worker.runner.start();
    const unknown = await accept(worker.database, sagaOf('make', 'check'));
    const known = await accept(worker.database, both);
    expect((await untilStanding(worker.database, known)).state).toBe('completed');
    expect(await positionOf(worker.database, unknown)).toMatchObject({ state: 'queued' });
  });
});

describe('Looking for work', () => {
  it('goes on with a backlog as soon as there is room, and does not wait to look again', async () => {
    const worker = engine(short, { capacity: 8, pollMs: 600_000 });
    await acceptMany(worker.database, short, 400);
    await worker.runner.start();
    await until('all have ended', async () => (await count(worker, 'ended_at IS NULL')) === 0);
    expect(target.log).toHaveLength(400);
  });

  it('reads by index however many operations have ended, wait their turn or are due later', async () => {
    const { database } = engine(short);
    await database.query(
      `INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, due_at, created_at, updated_at, started_at, ended_at)
       SELECT gen_random_uuid(), 'onboarding', gen_random_uuid(), 't', 'tenant-' || i % 20, 'k' || i, 'completed', $1, NULL, now(), now(), now(), now()
       FROM generate_series(1, 100000) i`,
      [['make']],
    );
    for (let tenant = 0; tenant < 20; tenant += 1)
      await acceptMany(database, short, 1_000, `tenant-${tenant}`);
    await database.query(
      `UPDATE operation SET due_at = now() + interval '1 hour' WHERE due_at IS NOT NULL AND key > 'k5'`,
    );
    await database.query('ANALYZE operation');
    const plan = async (sql: string, values: unknown[]): Promise<string> =>
      (await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values)).rows
        .map((row) => row['QUERY PLAN'])
        .join('\n');
    for (const room of [1, 64, 256]) {
      const claiming = await plan(claim, [1, ['t'], [room], [''], ['onboarding'], ['{make}'], []]);
      expect(claiming).toContain('operation_turn');
      expect(claiming).not.toContain('Seq Scan on operation');
    }
    expect(await plan(nextDue, [])).toContain('operation_due');
  });
});
