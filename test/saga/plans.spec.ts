import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionSettings } from '../../src/database/data-source.js';
import { claim, nextDue, requests } from '../../src/saga/sql/claim.sql.js';
import { commitTransitions } from '../../src/saga/sql/commit.sql.js';
import { loadChanges, loadOperations } from '../../src/saga/sql/load.sql.js';
import { takeLocks } from '../../src/saga/sql/lock.sql.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';

const finished = 1_000_000;

let database: TestDatabase;
let client: pg.Client;

/** A million operations that have ended, as bare as their columns let them be, and statistics of them. */
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url, options: sessionSettings.options });
  await client.connect();
  await client.query(`
    SET synchronous_commit = off;
    INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, version, created_at, updated_at, ended_at)
    SELECT id, 'onboarding', id, 't', 'e', 'k', 'completed', '{a}', 9, now(), now(), now()
    FROM (SELECT ('01000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id FROM generate_series(1, ${finished}) n) ids;
    INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by) SELECT id, '{}', '', '' FROM operation;
    INSERT INTO operation_progress (operation_id, version, change) SELECT id, 2, '{}' FROM operation;
    INSERT INTO event_stream (source_id, sequence) SELECT id, 7 FROM operation;
    ANALYZE`);
}, 300_000);

afterAll(async () => {
  await client.end();
  await database.drop();
});

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Node[];
}

const all = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(all)];

/** The plan a session keeps, made without knowing the parameters. */
async function keptPlan(statement: string): Promise<readonly Node[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement}`,
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('no plan');
  return all(plan);
}

const grown = ['operation', 'operation_input', 'operation_progress', 'event_stream'];

/** Reads of a table that has grown, other than by looking up what is asked for. */
const sweeping = (nodes: readonly Node[]): string[] =>
  nodes
    .filter((node) => node['Node Type'].endsWith('Scan') && grown.includes(node['Relation Name'] ?? ''))
    .filter((node) => node['Index Cond'] === undefined && node['Node Type'] !== 'Bitmap Heap Scan')
    .map((node) => `${node['Node Type']} on ${node['Relation Name'] ?? ''}`);

describe(`With ${finished.toLocaleString('en')} finished operations in the tables`, () => {
  it.each([
    ['the commit of transitions', commitTransitions],
    ['taking locks', takeLocks],
    ['loading operations', loadOperations],
    ['loading their changes', loadChanges],
    ['looking for requests', requests],
  ])('%s looks up what it needs in an index', async (_, statement) => {
    expect(sweeping(await keptPlan(statement))).toEqual([]);
  });

  it.each([
    ['claiming', claim, ['1', '{t}', '{200}', '{}', '{onboarding}', '{"{a}"}', '{}']],
    ['asking when the next one is due', nextDue, []],
  ])('%s reads a handful of pages when nothing is due', async (_, statement, values) => {
    const text = values.reduce(
      (sql, value, index) => sql.replaceAll(`$${index + 1}`, `'${value}'`),
      statement,
    );
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    expect((plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)).toBeLessThan(100);
  });

  it('a wrong plan would be seen: a statement without its index sweeps', async () => {
    expect(sweeping(await keptPlan('SELECT id FROM operation WHERE transition_id = $1'))).not.toEqual([]);
  });
});
