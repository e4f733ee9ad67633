import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/database/database.js';
import {
  claimVerifications,
  forgetVerifications,
  noteLook,
  releaseClaims,
  renewClaims,
} from '../../src/solutions/verification/sql/verification-rows.sql.js';
import { freshDatabase } from '../support/postgres.js';
import { insertSolution } from './solutions.js';

let database: Database;
beforeEach(async () => {
  const test = await freshDatabase();
  const pool = new pg.Pool({ connectionString: test.url, max: 8 });
  database = new Database(pool);
  onTestFinished(async () => {
    await pool.end();
    await test.drop();
  });
});

const everyMs = 1_000;
const claim = (changes: Partial<Parameters<typeof claimVerifications>[1]> = {}) =>
  claimVerifications(database, {
    target: 'lab',
    everyMs,
    claim: randomUUID(),
    leaseMs: 60_000,
    limit: 100,
    ...changes,
  });
const insert = (options: Parameters<typeof insertSolution>[1]) => insertSolution(database, options);

describe('what is due', () => {
  it('is what is active, at rest, and was last looked at a period ago', async () => {
    const due = await insert({ key: 'due' });
    await insert({ key: 'fresh', agoMs: 0 });
    await insert({ key: 'running', ended: false });
    await insert({ key: 'changing', state: 'changing' });
    await insert({ key: 'ended', state: 'offboarded', live: false });
    await insert({ key: 'failed', state: 'failed' });
    await insert({ key: 'elsewhere', target: 'live' });
    expect(await claim({ everyMs: 30_000 })).toEqual([due.id]);
  });

  it('comes in batches of one tenant, the one that has waited longest first', async () => {
    const [a] = [await insert({ key: 'a', tenant: 'Branch', agoMs: 90_000 })];
    const b = await insert({ key: 'b' });
    const c = await insert({ key: 'c' });
    expect(await claim()).toEqual([a.id]);
    expect(await claim({ limit: 1 })).toEqual([b.id]);
    expect(await claim()).toEqual([c.id]);
    expect(await claim()).toEqual([]);
  });
});

describe('a claim', () => {
  it('is held by one of many that ask at once', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 20; i += 1) ids.add((await insert({ key: `k${i}` })).id);
    const batches = await Promise.all(Array.from({ length: 8 }, () => claim({ limit: 7 })));
    const more = await Promise.all(Array.from({ length: 8 }, () => claim({ limit: 7 })));
    const claimed = [...batches, ...more].flat();
    expect(claimed).toHaveLength(new Set(claimed).size);
    expect(new Set([...claimed, ...(await claim())])).toEqual(ids);
  });

  it('runs out when nobody renews it', async () => {
    const { id } = await insert({ key: 'k' });
    const first = randomUUID();
    expect(await claim({ claim: first, leaseMs: 60_000 })).toEqual([id]);
    await renewClaims(database, first, -1);
    expect(await claim()).toEqual([id]);
  });

  it('is needed to keep what it has seen', async () => {
    const { id } = await insert({ key: 'k' });
    const mine = randomUUID();
    await claim({ claim: mine });
    const look = { solution: { id }, at: new Date(), nextMs: everyMs, claim: mine };
    expect(await noteLook(database, { ...look, claim: randomUUID() })).toBe(false);
    await renewClaims(database, mine, -1);
    expect(await noteLook(database, look)).toBe(false);
    await renewClaims(database, mine, 60_000);
    expect(await noteLook(database, look)).toBe(true);
    // Given back with the look: the next one is due a period later.
    expect(await noteLook(database, look)).toBe(false);
    expect(await claim()).toEqual([]);
  });

  it('that is given back unused is due again at once, after a failure later and later', async () => {
    const { id } = await insert({ key: 'k' });
    const mine = randomUUID();
    await claim({ claim: mine });
    await releaseClaims(database, mine, everyMs, null);
    expect(await claim({ claim: mine })).toEqual([id]);
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await releaseClaims(database, mine, 60_000, 'the target is down');
      const { rows } = await database.query<{ wait: number; last_error: string }>(
        `UPDATE verification SET claimed_by = $1, claimed_until = 'infinity'
         RETURNING extract(epoch FROM due_at - clock_timestamp())::float8 AS wait, last_error`,
        [mine],
      );
      expect(rows[0]?.last_error).toBe('the target is down');
      waits.push(Math.round(rows[0]?.wait ?? 0));
    }
    expect(waits).toEqual([10, 20, 40, 60]);
  });
});

describe('a look that somebody asked for', () => {
  it('is kept unless a later one was, and puts the next one off', async () => {
    const { id } = await insert({ key: 'k' });
    const look = (at: string) => noteLook(database, { solution: { id }, at: new Date(at), nextMs: 60_000 });
    expect(await look('2026-12-01T10:00:01Z')).toBe(true);
    expect(await look('2026-12-01T10:00:00Z')).toBe(false);
    expect(await claim()).toEqual([]);
  });
});

it('rows of solutions that have ended go', async () => {
  const gone = await insert({ key: 'gone' });
  const { id } = await insert({ key: 'kept' });
  await claim();
  await database.query(`UPDATE solution SET live = false WHERE id = $1`, [gone.id]);
  await forgetVerifications(database);
  const { rows } = await database.query<{ solution_id: string }>(`SELECT solution_id FROM verification`);
  expect(rows.map((row) => row.solution_id)).toEqual([id]);
});
