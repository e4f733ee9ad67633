import pg from 'pg';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { PlaceOfTask1764115000000 } from '../../migrations/1764115000000-place-of-task.js';
import { migrations } from '../../migrations/list.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { emptyDatabase } from '../support/postgres.js';

const idOf = (n: number): string => `0000000${n}-0000-7000-8000-000000000000`;
const operation = (n: number, tenant: string): string => `
  INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, created_at, updated_at)
  VALUES ('${idOf(n)}', 'onboarding', '${idOf(n)}', 'lab', '${tenant}', 'k', 'waiting-for-task', '{work}', now(), now());`;
const task = (n: number): string => `
  INSERT INTO task (id, operation_id, position, direction, stage, numbers, opened_at, due_at)
  VALUES ('${idOf(n)}', '${idOf(n)}', 0, 'forward', 1, '{1}', now(), now());`;

it('puts tasks of the release before where their operations are, also those that come later; one without an operation goes', async () => {
  const empty = await emptyDatabase();
  const before = migrations.slice(0, migrations.indexOf(PlaceOfTask1764115000000));
  const source = await new DataSource({ ...dataSourceOptions(empty.url), migrations: before }).initialize();
  await source.runMigrations({ transaction: 'each' });
  await source.query(operation(1, 'a') + operation(2, 'b') + task(1) + task(2) + task(3));
  await source.destroy();

  await migrate(empty.url);

  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  // A process of the release before, which has not been exchanged yet.
  await client.query(operation(4, 'c') + task(4));
  const { rows } = await client.query('SELECT id, target, tenant FROM task ORDER BY id');
  await client.end();
  await empty.drop();
  expect(rows).toEqual([
    { id: idOf(1), target: 'lab', tenant: 'a' },
    { id: idOf(2), target: 'lab', tenant: 'b' },
    { id: idOf(4), target: 'lab', tenant: 'c' },
  ]);
});
