import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shape } from '../../bench/explaining.js';
import { fillTables, leaveUnanalysed } from '../../bench/full-tables.js';
import { hotStatements } from '../../bench/hot-statements.js';
import { shapesOf } from '../../bench/plans.js';
import { sessionSettings } from '../../src/database/data-source.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';

/** `npm run bench -- plans` does the same with a million. */
const finished = 50_000;

let database: TestDatabase;
let client: pg.Client;
let before: ReadonlyMap<string, Shape>;
let after: ReadonlyMap<string, Shape>;
let oneTenant: ReadonlyMap<string, Shape>;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url, options: sessionSettings.options });
  await client.connect();
  await leaveUnanalysed(client);
  await fillTables(client, finished);
  before = await shapesOf(client, finished);
  await client.query('ANALYZE');
  after = await shapesOf(client, finished);
  // Most sites have one tenant: statistics then say that any row is of the one that is asked for.
  for (const table of ['operation', 'solution', 'task']) {
    await client.query(`UPDATE ${table} SET tenant = 'Environment'`);
    await client.query(`VACUUM (FULL, ANALYZE) ${table}`);
  }
  oneTenant = await shapesOf(client, finished);
}, 600_000);

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe.each([
  ['before ANALYZE', () => before],
  ['after ANALYZE', () => after],
  ['all of one tenant', () => oneTenant],
])(`With ${finished.toLocaleString('en')} of everything that is over in the tables, %s`, (_, shapes) => {
  it.each(hotStatements.map(({ name }) => name))('%s reads no table from end to end', (name) => {
    const shape = shapes().get(name);
    expect(shape?.swept).toEqual([]);
    expect(shape?.rows).toBeLessThan(finished / 10);
  });
});
