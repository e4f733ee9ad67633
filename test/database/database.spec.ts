import pg from 'pg';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/database/database.js';
import { isConnectionLost } from '../../src/database/errors.js';
import { makePool } from '../../src/database/pool.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';

let fresh: TestDatabase;
let database: Database;

beforeEach(async () => {
  fresh = await freshDatabase();
  database = new Database(makePool(fresh.url, 4, () => undefined));
  await database.query('CREATE TABLE note (text text)');
});

afterEach(async () => {
  await database.pool.end();
  await fresh.drop();
});

const notes = async (): Promise<string[]> =>
  (await database.query<{ text: string }>('SELECT text FROM note')).rows.map((row) => row.text);

it('keeps nothing of a transaction whose work throws', async () => {
  const work = database.transaction(async (tx) => {
    await tx.query(`INSERT INTO note VALUES ('half')`);
    throw new Error('stop');
  });
  await expect(work).rejects.toThrow('stop');
  expect(await notes()).toEqual([]);
});

it('answers unavailable and goes on when the session dies in the middle of a transaction', async () => {
  const work = database.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await tx.query(`INSERT INTO note VALUES ('lost')`);
    await database.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    await tx.query('SELECT 1');
  });
  await expect(work).rejects.toMatchObject({ code: 'unavailable' });
  expect(await notes()).toEqual([]);
});

it('answers unavailable when nobody listens', async () => {
  const away = new Database(makePool('postgres://nobody@127.0.0.1:1/x', 1, () => undefined));
  const [query, transaction] = await Promise.allSettled([
    away.query('SELECT 1'),
    away.transaction(() => Promise.resolve()),
  ]);
  for (const answer of [query, transaction]) {
    expect(answer).toMatchObject({
      status: 'rejected',
      reason: { code: 'unavailable', retryAfterMs: 2_000 },
    });
    expect(isConnectionLost((answer as PromiseRejectedResult).reason)).toBe(true);
  }
  await away.pool.end();
});

it('gives up once what a frozen server does not answer, and asks on another session afterwards', async () => {
  const postgres = await OwnPostgres.create();
  onTestFinished(() => postgres.remove());
  await postgres.start();
  const impatient = new pg.Pool({ connectionString: postgres.url, max: 1, query_timeout: 2_000 });
  impatient.on('connect', (client) => client.on('error', () => undefined));
  onTestFinished(() => impatient.end());
  const frozen = new Database(impatient);
  const pid = async () =>
    (await frozen.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  const former = await pid();
  postgres.freeze();
  const begun = performance.now();
  await expect(frozen.transaction((tx) => tx.query('SELECT 1'))).rejects.toMatchObject({
    code: 'unavailable',
  });
  // Not a second time-out for a ROLLBACK that would wait behind it.
  expect(performance.now() - begun).toBeLessThan(3_900);
  postgres.thaw();
  expect(await pid()).not.toBe(former);
});

it('runs its sessions without JIT and with limits for what is stuck', async () => {
  const { rows } = await database.query<Record<string, string>>(
    `SELECT current_setting('jit') AS jit, current_setting('statement_timeout') AS statement,
       current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('application_name') AS name`,
  );
  expect(rows).toEqual([{ jit: 'off', statement: '30s', idle: '10s', name: 'solution-onboarding' }]);
});

it('says what a statement did wrong as PostgreSQL said it', async () => {
  await expect(database.query('SELECT * FROM nothing')).rejects.toBeInstanceOf(pg.DatabaseError);
});
