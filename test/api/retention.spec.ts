import pino from 'pino';
import { PinoLogger } from 'nestjs-pino';
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { SystemClock } from '../../src/solutions/clock.js';
import { Retention } from '../../src/solutions/retention/retention.js';
import { onboard, startApi } from './api.js';

const body = (key: string) => onboard({ key, interactionServer: key, businessProcesses: [key] });

/** Moves an operation and all that has an age with it into the past; ids of operations tell their time too. */
async function age(database: Database, id: string, days: number): Promise<string> {
  const hex = (Date.now() - days * 86_400_000).toString(16).padStart(12, '0');
  const old = `${hex.slice(0, 8)}-${hex.slice(8)}${id.slice(13)}`;
  for (const [table, column] of [
    ['operation', 'id'],
    ['operation_input', 'operation_id'],
    ['operation_progress', 'operation_id'],
    ['task', 'operation_id'],
    ['solution', 'last_operation_id'],
    ['idempotency_key', 'operation_id'],
  ] as const) {
    await database.query(`UPDATE ${table} SET ${column} = $2 WHERE ${column} = $1`, [id, old]);
  }
  await database.query(
    `UPDATE operation SET ended_at = ended_at - $2 * interval '1 day' WHERE id = $1 AND ended_at IS NOT NULL`,
    [old, days],
  );
  return old;
}

/** Ends it as a worker would, with what became of a step. */
async function end(database: Database, id: string, live: boolean): Promise<void> {
  await database.query(
    `WITH ended AS (
       UPDATE operation SET state = 'completed', ended_at = now(), due_at = NULL WHERE id = $1 RETURNING id, solution_id
     ), progress AS (
       INSERT INTO operation_progress (operation_id, version, change)
       SELECT id, 2, '{ "steps": [{ "position": 0, "state": "done" }] }' FROM ended
     ), task AS (
       INSERT INTO task (id, operation_id, target, tenant, position, direction, stage, numbers, opened_at, due_at)
       SELECT gen_random_uuid(), id, 'lab', 'Environment', 0, 'forward', 1, '{1}', now(), now() FROM ended
     )
     UPDATE solution SET live = $2 FROM ended WHERE solution.id = ended.solution_id`,
    [id, live],
  );
}

const tables = [
  'operation',
  'operation_input',
  'operation_progress',
  'task',
  'solution',
  'event_stream',
] as const;

async function counts(database: Database): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of [...tables, 'idempotency_key', 'plan'] as const) {
    found[table] = (await database.query(`SELECT 1 FROM ${table}`)).rows.length;
  }
  return found;
}

async function startRetention() {
  const api = await startApi();
  const retention = new Retention(api.database, new SystemClock(), logger());
  const accept = async (key: string): Promise<string> => {
    const answer = await api.http.post('/v1/solutions').set('idempotency-key', key).send(body(key));
    return (answer.body as { id: string }).id;
  };
  return { api, retention, accept };
}

function logger(): PinoLogger {
  return new PinoLogger({ pinoHttp: { logger: pino({ level: 'silent' }) } });
}

it('removes an operation that ended long ago with all that is its own, and its solution when that is not live', async () => {
  const { api, retention, accept } = await startRetention();
  const id = await accept('gone');
  await end(api.database, id, false);
  await age(api.database, id, 91);
  await retention.purge();
  const left = await counts(api.database);
  expect(tables.map((table) => left[table])).toEqual(tables.map(() => 0));
});

it('keeps what is unfinished, what is young, and the last operation of a live solution, however old', async () => {
  const { api, retention, accept } = await startRetention();
  await age(api.database, await accept('unfinished'), 400);
  const live = await accept('live');
  await end(api.database, live, true);
  await age(api.database, live, 400);
  const young = await accept('young');
  await end(api.database, young, false);
  await age(api.database, young, 89);
  const before = await counts(api.database);
  await retention.purge();
  expect(await counts(api.database)).toEqual(before);
});

it('walks on over whole batches of what it keeps', async () => {
  const { api, retention, accept } = await startRetention();
  const last = await accept('last');
  await end(api.database, last, false);
  await age(api.database, last, 91);
  // 500 older ones that stay: each is the last of a live solution.
  await api.database.query(
    `WITH o AS (
       INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, created_at, updated_at, ended_at)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'onboarding', gen_random_uuid(), 't', 't', 'kept-' || n,
         'completed', '{}', now(), now(), now() - interval '400 days' FROM generate_series(1, 500) n
       RETURNING id, solution_id, key
     )
     INSERT INTO solution (id, target, tenant, key, state, display_name, desired, last_operation_id, created_at, updated_at)
     SELECT solution_id, 't', 't', key, 'active', key, '{}', id, now(), now() FROM o`,
  );
  await retention.purge();
  const left = await counts(api.database);
  expect([left['operation'], left['solution'], left['operation_progress']]).toEqual([500, 500, 0]);
});

it('removes keys after 7 days and plans when they expire, in as many batches as it takes', async () => {
  const { api, retention } = await startRetention();
  await api.database.query(
    `WITH k AS (
       INSERT INTO idempotency_key (caller, method, path, key, fingerprint, operation_id, created_at)
       SELECT 'c', 'POST', '/', n::text, '', gen_random_uuid(), now() - interval '7 days' + (CASE WHEN n <= 450 THEN -1 ELSE 1 END) * interval '1 minute'
       FROM generate_series(1, 500) n
     )
     INSERT INTO plan (id, digest, desired, actions, findings, created_at, expires_at)
     SELECT gen_random_uuid(), '', '{}', '[]', '[]', now(), now() + (CASE WHEN n = 1 THEN -1 ELSE 1 END) * interval '1 minute'
     FROM generate_series(1, 2) n`,
  );
  await retention.purge();
  const left = await counts(api.database);
  expect([left['idempotency_key'], left['plan']]).toEqual([50, 1]);
});

it('keeps a plan for as long as an operation waits to have it approved', async () => {
  const { api, retention, accept } = await startRetention();
  const id = await accept('waits');
  const { rows } = await api.database.query<{ id: string }>(
    `INSERT INTO plan (id, digest, desired, actions, findings, created_at, expires_at)
     VALUES (gen_random_uuid(), '', '{}', '[]', '[]', now(), now() - interval '1 day') RETURNING id`,
  );
  await api.database.query(
    `UPDATE operation SET approval = jsonb_build_object('planId', $2::text) WHERE id = $1`,
    [id, rows[0]?.id],
  );
  await retention.purge();
  expect((await counts(api.database))['plan']).toBe(1);
  await end(api.database, id, false);
  await retention.purge();
  expect((await counts(api.database))['plan']).toBe(0);
});

it('leaves the work to another replica that is at it', async () => {
  const { api, retention, accept } = await startRetention();
  const id = await accept('gone');
  await end(api.database, id, false);
  await age(api.database, id, 91);
  const other = await api.database.pool.connect();
  onTestFinished(() => other.release());
  await other.query('SELECT pg_advisory_lock(7276003)');
  await retention.purge();
  expect((await counts(api.database))['operation']).toBe(1);
  await other.query('SELECT pg_advisory_unlock(7276003)');
  await retention.purge();
  expect((await counts(api.database))['operation']).toBe(0);
});
