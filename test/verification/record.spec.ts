import pg from 'pg';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/database/database.js';
import { loadSolution } from '../../src/solutions/queries/load-solution.js';
import { RecordVerification } from '../../src/solutions/verification/record-verification.js';
import type { Condition, Verdict } from '../../src/solutions/verification/verdict.js';
import { LocalWake } from '../saga/engine.js';
import { freshDatabase } from '../support/postgres.js';
import { insertSolution } from './solutions.js';

let database: Database;
let id: string;
beforeEach(async () => {
  const test = await freshDatabase();
  const pool = new pg.Pool({ connectionString: test.url, max: 4 });
  database = new Database(pool);
  onTestFinished(async () => {
    await pool.end();
    await test.drop();
  });
  ({ id } = await insertSolution(database, { key: 'retail' }));
});

const none = { kept: [], ignored: [] };
const seen = (condition: Condition, isolation: Verdict['isolation'] = 'verified'): Verdict => ({
  condition,
  isolation,
  drift: none,
  findings: none,
});
let clock = 0;
const record = async (verdict: Verdict) =>
  new RecordVerification(database, new LocalWake()).record({
    solution: await loadSolution(database, id),
    at: new Date(Date.parse('2026-12-01T10:00:00Z') + ++clock),
    verdict,
    nextMs: 60_000,
  });
const told = async () =>
  (
    await database.query<{ type: string; sequence: string }>(
      `SELECT type, sequence FROM event WHERE solution_id = $1 ORDER BY sequence`,
      [id],
    )
  ).rows.map(({ type, sequence }) => `${sequence} ${type.split('.')[2] ?? ''}`);

describe('events of drift', () => {
  it('come when it begins and when it is over, not in between, numbered without a gap', async () => {
    expect(await record(seen('holds'))).toBe('same');
    expect(await record(seen('drifted'))).toBe('drifted');
    expect(await record(seen('drifted'))).toBe('same');
    expect(await record(seen('holds'))).toBe('verified');
    expect(await record(seen('drifted', 'violated'))).toBe('drifted');
    expect(await record(seen('holds'))).toBe('verified');
    expect(await told()).toEqual(['1 drifted', '2 verified', '3 drifted', '4 verified']);
  });

  it('come once more when the isolation is lost while something else differed already', async () => {
    await record(seen('drifted', 'unverified'));
    expect(await record(seen('drifted', 'violated'))).toBe('drifted');
    expect(await record(seen('drifted', 'violated'))).toBe('same');
    expect(await record(seen('drifted', 'unverified'))).toBe('changed');
    expect(await told()).toEqual(['1 drifted', '2 drifted']);
  });

  it('do not come from a look that could not decide, which keeps what was known', async () => {
    await record(seen('undecided'));
    expect(await told()).toEqual([]);
    await record(seen('drifted'));
    await record(seen('undecided'));
    expect((await loadSolution(database, id)).observed?.drifted).toBe(true);
    await record(seen('holds'));
    expect(await told()).toEqual(['1 drifted', '2 verified']);
  });

  it('raise the version of the solution, which a look that sees the same does not', async () => {
    const version = async () => Number((await loadSolution(database, id)).version);
    expect(await version()).toBe(1);
    await record(seen('holds'));
    expect(await version()).toBe(1);
    await record(seen('drifted'));
    await record(seen('drifted'));
    expect(await version()).toBe(2);
  });
});

describe('a look', () => {
  it('is void when an operation has begun since: that explains what was seen', async () => {
    const solution = await loadSolution(database, id);
    const look = { solution, at: new Date(), verdict: seen('drifted'), nextMs: 1 };
    const recording = new RecordVerification(database, new LocalWake());
    await database.query(`UPDATE operation SET ended_at = NULL`);
    expect(await recording.record(look)).toBe('void');
    await database.query(`UPDATE operation SET ended_at = now(), id = gen_random_uuid()`);
    await database.query(`UPDATE solution SET last_operation_id = (SELECT id FROM operation)`);
    expect(await recording.record(look)).toBe('void');
    expect(await told()).toEqual([]);
  });

  it('is void when a later one has been kept', async () => {
    const solution = await loadSolution(database, id);
    const at = new Date('2026-11-01T00:00:00Z');
    await record(seen('holds'));
    const recording = new RecordVerification(database, new LocalWake());
    expect(await recording.record({ solution, at, verdict: seen('drifted'), nextMs: 1 })).toBe('void');
    expect(await told()).toEqual([]);
  });

  it('is kept once when many are recorded at the same time', async () => {
    const solution = await loadSolution(database, id);
    const recording = new RecordVerification(database, new LocalWake());
    const all = Array.from({ length: 6 }, (_, i) =>
      recording.record({ solution, at: new Date(i), verdict: seen('drifted'), nextMs: 1 }),
    );
    expect((await Promise.all(all)).filter((one) => one === 'drifted')).toHaveLength(1);
    expect(await told()).toEqual(['1 drifted']);
  });
});
