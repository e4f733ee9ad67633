import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import type { Saga } from '../../src/saga/saga.js';
import { Sagas } from '../../src/saga/saga.js';
import { unclaimable } from '../../src/saga/sql/workforce.sql.js';
import { measureWorkforce, unclaimableStatus, workersStatus } from '../../src/saga/workforce.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { acceptMany, makeEngine, until } from './engine.js';
import { ListStep, MemoryTarget, setting } from './memory-target.js';

const sagaOf = (...steps: readonly string[]): Saga => ({
  kind: 'onboarding',
  steps: steps.map((name) => new ListStep(name, [setting(name)])) as unknown as Saga['steps'],
});

let test: TestDatabase;
const engines: Engine[] = [];

beforeEach(async () => {
  test = await freshDatabase();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

async function started(saga: Saga): Promise<Engine> {
  const engine = makeEngine(test.url, saga, new MemoryTarget(), {});
  engines.push(engine);
  await engine.runner.start();
  return engine;
}

const overdue = `UPDATE operation SET due_at = clock_timestamp() - interval '1 minute' WHERE owner IS NULL`;

describe('Operations that no worker knows', () => {
  it('are counted and named, by their steps and their target, and go on when somebody comes who knows them', async () => {
    const old = await started(sagaOf('make'));
    const { database } = old;
    const sagas = new Sagas([sagaOf('make')], []);
    expect(await unclaimableStatus(database, sagas)).toEqual({ ok: true });
    await acceptMany(database, sagaOf('make', 'check'), 3);
    await acceptMany(database, sagaOf('make'), 2, 'e', 'gone');
    // Accepted just now: somebody may be about to take them.
    expect(await unclaimableStatus(database, sagas)).toEqual({ ok: true });
    await database.query(overdue);
    expect(await unclaimableStatus(database, sagas)).toEqual({
      ok: false,
      reason:
        'operations wait for a release or a targets file that knows them: ' +
        '3 of kind onboarding on "t", which no worker knows with check; ' +
        '2 of kind onboarding on "gone", which no worker knows on this target',
    });
    const registry = new Registry();
    measureWorkforce(registry, database);
    expect(await registry.metrics()).toMatch(/^saga_operations_unclaimable 5$/m);
    expect(await registry.metrics()).toMatch(/^saga_workers 1$/m);
    await started(sagaOf('make', 'check'));
    await until(
      'what is known now has ended',
      async () =>
        (await database.query(`SELECT 1 FROM operation WHERE ended_at IS NULL AND target = 't'`)).rows
          .length === 0,
    );
    expect((await unclaimableStatus(database, sagas)).reason).not.toContain('"t"');
  });

  it('are not those that wait for a worker with a free hand, or for a worker at all', async () => {
    const engine = await started(sagaOf('make'));
    await engine.runner.stop();
    await acceptMany(engine.database, sagaOf('make'), 5);
    await engine.database.query(overdue);
    expect(await unclaimableStatus(engine.database, new Sagas([], []))).toEqual({ ok: true });
    expect((await workersStatus(engine.database)).reason).toMatch(/no process carries operations on/);
  });

  it('are looked for by index however many operations there are', async () => {
    const { database } = await started(sagaOf('make'));
    for (let tenant = 0; tenant < 10; tenant += 1)
      await acceptMany(database, sagaOf('make', 'check'), 500, `tenant-${tenant}`);
    await database.query(overdue);
    await database.query('ANALYZE operation');
    const { rows } = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ANALYZE ${unclaimable}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toContain('Seq Scan on operation');
    expect(plan).toMatch(/Limit .*rows=50/);
  });
});
