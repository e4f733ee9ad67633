import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { startApi, type Api } from './api.js';

interface Place {
  readonly target: string;
  readonly tenant: string;
}
type Row = Place & Readonly<Record<string, string | null>> & { readonly id: string };

const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;
const idOf = (family: number, n: number): string =>
  `0${family}000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const solutions = numbers(40).map((n) => ({
  id: idOf(1, n),
  target: n % 3 === 0 ? 'live' : 'lab',
  tenant: pick(['a', 'b', 'c', 'a', 'b'], n),
  key: `k${n % 7}`,
  state: pick(['active', 'failed', 'active', 'onboarding', 'offboarded', 'active'], n),
}));
const operations = numbers(160).map((n) => {
  const { id: solution, target, tenant } = pick(solutions, n * 7);
  const kind = pick(['onboarding', 'change', 'onboarding', 'onboarding', 'offboarding', 'onboarding'], n);
  // One operation of a solution at a time: the newest of each.
  const state = n < 120 ? pick(['completed', 'completed', 'failed', 'cancelled', 'completed'], n) : 'queued';
  return { id: idOf(2, n), solution, target, tenant, kind, state, externalReference: `RITM${n % 11}` };
});
const tasks = operations.map(({ id: operation, target, tenant, solution }, n) => ({
  id: idOf(3, n),
  operation,
  solution,
  target,
  tenant,
  assignee: pick(['day', 'night', 'day', null], n),
  state: pick(['closed', 'closed', 'open'], n),
}));

async function fill(database: Database): Promise<void> {
  for (const { id, target, tenant, key, state } of solutions) {
    const last = operations.findLast(({ solution }) => solution === id)?.id;
    await database.query(
      `INSERT INTO solution (id, target, tenant, key, state, live, display_name, desired, last_operation_id, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, false, 'd', '{}', $6, now(), now())`,
      [id, target, tenant, key, state, last],
    );
  }
  for (const { id, kind, solution, target, tenant, state, externalReference } of operations) {
    await database.query(
      `INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, created_at, updated_at, ended_at)
       VALUES ($1, $2, $3, $4, $5, 'k', $6::text, '{work}', now(), now(), CASE WHEN $6 <> 'queued' THEN now() END)`,
      [id, kind, solution, target, tenant, state],
    );
    await database.query(
      `INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by, external_reference)
       VALUES ($1, '{}', 'f', 'r', $2)`,
      [id, JSON.stringify([{ name: externalReference }])],
    );
  }
  for (const { id, operation, target, tenant, assignee, state } of tasks) {
    await database.query(
      `INSERT INTO task (id, operation_id, target, tenant, position, direction, stage, numbers, assignee, opened_at, due_at, closed_at)
       VALUES ($1, $2, $3, $4, 0, 'forward', 1, '{}', $5, now(), now(), CASE WHEN $6 = 'closed' THEN now() END)`,
      [id, operation, target, tenant, assignee, state],
    );
  }
}

const callers: Readonly<Record<string, readonly Place[]>> = {
  everything: [{ target: '*', tenant: '*' }],
  'one place': [{ target: 'lab', tenant: 'a' }],
  'a target': [{ target: 'live', tenant: '*' }],
  'a tenant on every target': [{ target: '*', tenant: 'b' }],
  'two places': [
    { target: 'lab', tenant: 'a' },
    { target: 'live', tenant: 'b' },
  ],
  'a target and a tenant': [
    { target: 'lab', tenant: '*' },
    { target: '*', tenant: 'c' },
  ],
  'what has none': [{ target: 'lab', tenant: 'nobody' }],
};
const apiKeys = Object.entries(callers).map(([name, scopes]) => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  roles: ['viewer' as const],
  scopes: [...scopes],
}));

type Choices = Readonly<Record<string, readonly (string | undefined)[]>>;
const places: Choices = { target: [undefined, 'lab', 'live', 'none'], tenant: [undefined, 'a', 'none'] };
const lists: readonly (readonly [string, readonly Row[], Choices])[] = [
  [
    '/v1/operations',
    operations,
    {
      ...places,
      state: [undefined, 'completed', 'failed', 'queued', 'abandoned'],
      kind: [undefined, 'onboarding', 'change'],
    },
  ],
  [
    '/v1/operations',
    operations,
    {
      externalReference: [undefined, 'RITM3', 'none'],
      solution: [undefined, idOf(1, 5), idOf(1, 99)],
      tenant: [undefined, 'a'],
      state: [undefined, 'failed'],
      kind: [undefined, 'offboarding'],
    },
  ],
  [
    '/v1/solutions',
    solutions,
    { ...places, key: [undefined, 'k3', 'none'], state: [undefined, 'active', 'failed', 'changing'] },
  ],
  [
    '/v1/tasks',
    tasks,
    { ...places, assignee: [undefined, 'day', 'none'], state: [undefined, 'open', 'closed'] },
  ],
  [
    '/v1/tasks',
    tasks,
    { operation: [undefined, idOf(2, 5), idOf(2, 999)], solution: [undefined, idOf(1, 5)], tenant: ['b'] },
  ],
];

type Filter = Readonly<Record<string, string>>;
const combinations = (choices: Choices): Filter[] =>
  Object.entries(choices).reduce<Filter[]>(
    (filters, [name, values]) =>
      filters.flatMap((filter) =>
        values.map((value) => (value === undefined ? filter : { ...filter, [name]: value })),
      ),
    [{}],
  );

const wanted = (rows: readonly Row[], filter: Filter, scopes: readonly Place[]): string[] =>
  rows
    .filter((row) => Object.entries(filter).every(([name, value]) => row[name] === value))
    .filter((row) =>
      scopes.some(
        (scope) => ['*', row.target].includes(scope.target) && ['*', row.tenant].includes(scope.tenant),
      ),
    )
    .map(({ id }) => id)
    .reverse();

async function read({ http }: Api, path: string, filter: Filter, caller: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: Filter | null = {}; cursor !== null;) {
    const query = new URLSearchParams({ ...filter, ...cursor, limit: '30' }).toString();
    const answer = await http.get(`${path}?${query}`).set('x-api-key', caller).expect(200);
    const { items, next } = answer.body as { items: { id: string }[]; next: string | null };
    ids.push(...items.map(({ id }) => id));
    cursor = next === null ? null : { cursor: next };
  }
  return ids;
}

describe('lists give all that is asked for and nothing else, newest first, page by page', () => {
  it.each(Object.keys(callers))('to a caller who may see %s', { timeout: 120_000 }, async (caller) => {
    const api = await startApi({ targets: ['lab', 'live'], apiKeys });
    await fill(api.database);
    for (const [path, rows, choices] of lists) {
      for (const filter of combinations(choices)) {
        const found = await read(api, path, filter, caller);
        expect({ path, filter, found }).toEqual({
          path,
          filter,
          found: wanted(rows, filter, callers[caller] ?? []),
        });
      }
    }
  });
});
