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

/** Lists that walk an index of every operation: they look for what is not there, or wait for the first ANALYZE. See docs/performance.md. */
const walks = [
  'list of operations: of a kind that has none',
  'list of operations: of a ticket',
  'list of operations: failed, of which there are none',
  'list of operations: of a tenant, target left out',
];
const walksBefore = [...walks, 'list of operations: of a target'];

let database: TestDatabase;
let client: pg.Client;
let before: ReadonlyMap<string, Shape>;
let after: ReadonlyMap<string, Shape>;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url, options: sessionSettings.options });
  await client.connect();
  await leaveUnanalysed(client);
  await fillTables(client, finished);
  before = await shapesOf(client, finished);
  await client.query('ANALYZE');
  after = await shapesOf(client, finished);
}, 600_000);

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe.each([
  ['before ANALYZE', () => before, walksBefore],
  ['after ANALYZE', () => after, walks],
])(
  `With ${finished.toLocaleString('en')} of everything that is over in the tables, %s`,
  (_, shapes, walking) => {
    it.each(hotStatements.map(({ name }) => name))('%s reads no table from end to end', (name) => {
      const shape = shapes().get(name);
      expect(shape?.swept).toEqual([]);
      if (!walking.includes(name)) expect(shape?.rows).toBeLessThan(finished / 10);
    });
  },
);
