import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillTables, leaveUnanalysed } from '../../bench/full-tables.js';
import { hotStatements, type HotStatement } from '../../bench/hot-statements.js';
import { sessionSettings } from '../../src/database/data-source.js';
import { asQuery, prepared } from '../../src/database/prepared.js';
import type { Queryable } from '../../src/database/database.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';

/**
 * A session keeps the plan of a prepared statement. The first sessions of a new installation make theirs on empty tables, and
 * keep them until the first ANALYZE, a minute and thousands of operations later.
 */
const finished = 20_000;

/** The others are planned each time, for what the tables hold by then. */
async function isPrepared({ run }: HotStatement): Promise<boolean> {
  let is = false;
  await run(
    {
      query: (text) => {
        is ||= asQuery(text, undefined).name !== undefined;
        return Promise.resolve({ rows: [], rowCount: 0 });
      },
    },
    finished,
  );
  return is;
}

const prepares = await Promise.all(hotStatements.map(isPrepared));
const kept = hotStatements.filter((_, index) => prepares[index]);

let database: TestDatabase;
let session: pg.Client;

/** As the service sends it, each prepared statement under its name. */
const sent: Queryable = { query: (text, values) => session.query(asQuery(text, values)) };

/** Rows of tables that this session has fetched lately, by index or from end to end. */
async function rowsRead(): Promise<number> {
  const { rows } = await session.query<{ read: string }>(
    'SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS read FROM pg_stat_xact_user_tables',
  );
  return Number(rows[0]?.read);
}

async function undone<T>(work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    return await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

/** What a transaction reads that runs the statement, several where it loads first what it writes. */
const readBy = (run: (db: Queryable) => Promise<unknown>): Promise<number> =>
  undone(async () => {
    const before = await rowsRead();
    await run(sent);
    return (await rowsRead()) - before;
  });

/** Its index is not made for it, and nobody knows better on empty tables. */
const sweep = (db: Queryable): Promise<unknown> =>
  db.query(prepared('sweep', 'SELECT count(*) FROM operation WHERE target = $1 AND transition_id IS NULL'), [
    't',
  ]);

beforeAll(async () => {
  database = await freshDatabase();
  const filler = new pg.Client({ connectionString: database.url });
  session = new pg.Client({ connectionString: database.url, options: sessionSettings.options });
  await Promise.all([filler.connect(), session.connect()]);
  await leaveUnanalysed(filler);
  for (const { run } of kept) await undone(() => run(sent, finished));
  await undone(() => sweep(sent));
  await fillTables(filler, finished);
  await filler.end();
}, 600_000);

afterAll(async () => {
  await session.end();
  await database.drop();
});

it.each(kept.map(({ name, run }) => [name, run] as const))(
  `%s reads few rows by a plan made on empty tables, with ${finished.toLocaleString('en')} of everything in them`,
  async (_, run) => {
    expect(await readBy((db) => run(db, finished))).toBeLessThan(finished / 10);
  },
);

it('a plan that reads everything would be seen', async () => {
  expect(await readBy(sweep)).toBeGreaterThan(finished);
});
