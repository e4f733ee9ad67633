import type pg from 'pg';

/** The one process that owns operations here; its lease outlives the run. */
export const epoch = '1';
export const steps = ['inspect', 'work'];
/** So many operations are in hand, as many are due, and as many wait for a person. */
export const live = 200;

const id = (n: string, family: string): string =>
  `('${family}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
export const liveId = (n: number): string => `02000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

const operations = (count: number, family: string, values: string): string => `
  INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, version, owner, due_at, started_at,
    waiting_for, requested_verb, created_at, updated_at, ended_at)
  SELECT ${id('n', family)}, CASE WHEN n % 10 = 0 THEN 'change' ELSE 'onboarding' END, ${id('n', family)}, 't', 'e' || n % 50,
    'k' || n, ${values}
  FROM generate_series(1, ${count}) n`;

/**
 * A database like that of a service that has run for years: so many of everything that is over, in every table that grows,
 * and a few hundred operations that are not. Nothing is analysed, and after `leaveUnanalysed` nothing will be by itself.
 */
export async function fillTables(client: pg.Client, finished: number): Promise<void> {
  const names = `'{${steps.join()}}'`;
  const statements = [
    'SET synchronous_commit = off',
    `INSERT INTO worker (epoch, id, lease_until, lease_ms, timeline, started_at)
     VALUES (${epoch}, gen_random_uuid(), now() + interval '1 day', 86400000, 1, now())`,
    operations(
      finished,
      '01000000',
      `'completed', ${names}, 9, NULL, NULL, now(), NULL, NULL, now(), now(), now()`,
    ),
    operations(
      live,
      '02000000',
      `'running', ${names}, 3, ${epoch}, NULL, now(), NULL, NULL, now(), now(), NULL`,
    ),
    operations(live, '03000000', `'queued', ${names}, 1, NULL, now(), NULL, NULL, NULL, now(), now(), NULL`),
    operations(
      live,
      '04000000',
      `'waiting-for-task', ${names}, 3, NULL, now() + interval '1 hour', now(), '{"reason": "task"}', NULL, now(), now(), NULL`,
    ),
    `INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by, external_reference)
     SELECT id, '{}', 'f', 'r', jsonb_build_array(jsonb_build_object('name', 'RITM' || key)) FROM operation`,
    `INSERT INTO operation_progress (operation_id, version, change) SELECT id, 2, '{}' FROM operation`,
    `INSERT INTO solution (id, target, tenant, key, state, live, display_name, desired, last_operation_id, created_at, updated_at)
     SELECT solution_id, target, tenant, key || left(id::text, 2), CASE WHEN ended_at IS NULL THEN 'onboarding' ELSE 'active' END,
       true, 'd', '{}', id, now(), now() FROM operation`,
    `INSERT INTO claim (target, resource, solution_id) SELECT 't', 'server ' || id, id FROM solution`,
    `INSERT INTO event_stream (source_id, sequence) SELECT id, 7 FROM solution`,
    // Written as the relay leaves them: to stamp them afterwards would write them twice.
    `INSERT INTO event (id, cursor, event_id, type, source, subject, time, solution_id, operation_id, sequence, partition_key, data)
     OVERRIDING SYSTEM VALUE
     SELECT n, CASE WHEN n <= ${finished} THEN n END, gen_random_uuid(), 'operation.completed', '/solutions/' || id, 's', now(),
       id, id, 1, 'k', '{}'
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM operation) numbered ORDER BY n`,
    `SELECT setval(pg_get_serial_sequence('event', 'id'), (SELECT max(id) FROM event))`,
    `UPDATE relay SET stamped = ${finished}, published = ${finished - 500}, owner = '00000000-0000-4000-8000-000000000001',
       lease_until = now() + interval '1 day'`,
    `INSERT INTO inbox (source, message_id, fingerprint, received_at) SELECT '/tickets', 'm' || n, 'f', now() FROM generate_series(1, ${finished}) n`,
    `INSERT INTO idempotency_key (caller, method, path, key, fingerprint, operation_id, created_at)
     SELECT 'c', 'POST', '/v1/solutions', 'k' || n, 'f', ${id('n', '01000000')}, now() FROM generate_series(1, ${finished}) n`,
    `INSERT INTO task (id, operation_id, target, tenant, position, direction, stage, numbers, assignee, opened_at, due_at, looks, closed_at, outcome, results)
     SELECT id, id, target, tenant, 1, 'forward', 1, '{1}', 'team', now(), now(), '{}',
       CASE WHEN ended_at IS NULL THEN NULL ELSE now() END, CASE WHEN ended_at IS NULL THEN NULL ELSE 'done' END, '{}'
     FROM operation WHERE state IN ('completed', 'waiting-for-task')`,
  ];
  for (const statement of statements) await client.query(statement);
}

/** Plans that sessions keep are not made anew either, as ANALYZE would have it. */
export async function leaveUnanalysed(client: pg.Client): Promise<void> {
  for (const table of grown) await client.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
}

/** Tables that grow with what is over. */
export const grown = [
  'operation',
  'operation_input',
  'operation_progress',
  'solution',
  'claim',
  'event_stream',
  'event',
  'inbox',
  'idempotency_key',
  'task',
];
