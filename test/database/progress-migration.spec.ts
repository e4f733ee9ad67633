import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { ProgressInOneTable1764104000000 } from '../../migrations/1764104000000-progress-in-one-table.js';
import { migrations } from '../../migrations/list.js';
import { Database } from '../../src/database/database.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { makePool } from '../../src/database/pool.js';
import { newAction, newStep } from '../../src/saga/position.js';
import { making } from '../../src/saga/testing/given.js';
import { loadOperationsAt } from '../../src/solutions/queries/load-operation.js';
import { emptyDatabase } from '../support/postgres.js';

const id = '01a207ce-92f5-7097-bed4-f548675b4d72';
const spec = making('one');

/** An operation in the middle of its second step, as the release before wrote it. */
const former = `
  INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, version, created_at, updated_at, started_at)
  VALUES ('${id}', 'onboarding', '${id}', 't', 'e', 'k', 'running', '{inspect,work,verify}', 5, now(), now(), now());
  INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by) VALUES ('${id}', '{}', '', 'test');
  INSERT INTO step (operation_id, position, name, state, planned, refs, locks, started_at, ended_at)
  VALUES ('${id}', 0, 'inspect', 'done', true, '{"dbid": 7}', '{a,b}', to_timestamp(1), to_timestamp(2)),
    ('${id}', 1, 'work', 'running', true, NULL, NULL, to_timestamp(2), NULL);
  INSERT INTO action (operation_id, position, number, spec, state, ours, attempts, started_at, uncertain, quiet_until)
  VALUES ('${id}', 1, 1, '${JSON.stringify(spec)}', 'unknown', true, 1, to_timestamp(3), 'apply', to_timestamp(4.5))`;

it('keeps what the release before knew of steps and actions', async () => {
  const empty = await emptyDatabase();
  const before = migrations.slice(0, migrations.indexOf(ProgressInOneTable1764104000000));
  const source = await new DataSource({ ...dataSourceOptions(empty.url), migrations: before }).initialize();
  await source.runMigrations({ transaction: 'each' });
  await source.query(former);
  await source.destroy();

  await migrate(empty.url);

  const database = new Database(makePool(empty.url, 2, () => undefined));
  const [loaded] = await loadOperationsAt(database, [id]);
  await database.pool.end();
  await empty.drop();
  expect(loaded?.steps).toEqual([
    {
      ...newStep(0, 'inspect'),
      state: 'done',
      planned: true,
      refs: { dbid: 7 },
      locks: ['a', 'b'],
      startedAtMs: 1_000,
      endedAtMs: 2_000,
    },
    { ...newStep(1, 'work'), state: 'running', planned: true, startedAtMs: 2_000 },
    newStep(2, 'verify'),
  ]);
  expect(loaded?.actions).toEqual([
    {
      ...newAction(1, 1, spec),
      state: 'unknown',
      ours: true,
      attempts: 1,
      startedAtMs: 3_000,
      uncertain: 'apply',
      quietUntilMs: 4_500,
    },
  ]);
});
