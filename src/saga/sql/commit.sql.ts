import { Columns } from '../../database/columns.js';
import { prepared } from '../../database/prepared.js';

/** What a transition makes of its operation. */
export const transitionColumns = new Columns({
  id: 'uuid',
  version: 'int8',
  transition_id: 'uuid',
  state: 'text',
  direction: 'text',
  aim: 'text',
  release: 'bool',
  due_at: 'float8',
  schedule: 'json',
  locks_held: 'bool',
  service_down: 'bool',
  requested_verb: 'json',
  waiting_for: 'json',
  error: 'json',
  left_behind: 'json',
  approval: 'json',
  started_at: 'float8',
  ended_at: 'float8',
  unlock: 'bool',
  events: 'int8',
  change: 'json',
  compact: 'bool',
});

/** Events of all of them in their order; `nth` among those of its operation, from 1 on. */
export const eventColumns = new Columns({
  operation_id: 'uuid',
  nth: 'int8',
  event_id: 'uuid',
  type: 'text',
  subject: 'text',
  correlation_id: 'text',
  causation_id: 'text',
  data: 'json',
});

const at = (column: string): string => `to_timestamp(x.${column} / 1000.0)`;

/**
 * Writes the transitions of many operations at once: $1 own epoch, then what changed of them, from $2, their ids, on (an
 * array is looked up in the primary key whatever the sizes, a join is not), then events.
 * A transition counts only while the worker's lease lives and the operation is still ours at the version it was decided
 * on; one that misses loses its own rows and nobody else's. A solution's event sequence comes from its own row here; there
 * is one operation of a solution at a time, so no stream is moved twice by one statement. Whoever waits for locks that are
 * let go here is due now.
 * - IS NOT DISTINCT FROM keeps the planner off \`operation_owner\`, which it takes for more selective than the primary key:
 *   it holds all versions of all that is in hand (1.4 of 3.3 ms of a batch of 115).
 * - \`stream\` meets \`x\` and no other CTE: two CTEs, each believed to be one row, are joined by a nested loop (0.9 of 18 ms).
 * - \`data\` and \`change\` are json: nobody searches in them, and making jsonb of them took 4.5 of 18 ms.
 * - \`operation_progress\` is only added to: a row for each step and each action, updated in place, took 5.5 of 14 ms. When
 *   there are many, one snapshot takes the place of all.
 */
export const commitTransitions = prepared(
  'commit-transitions',
  `
WITH me AS (
  SELECT epoch FROM worker WHERE epoch = $1 AND taken_at IS NULL AND lease_until > clock_timestamp()
), moved AS (
  UPDATE operation o SET
    version = o.version + 1, transition_id = x.transition_id, state = x.state, direction = x.direction, aim = x.aim,
    owner = CASE WHEN x.release THEN NULL ELSE o.owner END, due_at = ${at('due_at')}, calls_until = NULL,
    schedule = x.schedule::jsonb, locks_held = x.locks_held, service_down = x.service_down, requested_verb = x.requested_verb::jsonb,
    waiting_for = x.waiting_for::jsonb, error = x.error::jsonb, left_behind = x.left_behind::jsonb,
    approval = x.approval::jsonb,
    started_at = ${at('started_at')}, ended_at = ${at('ended_at')}, updated_at = clock_timestamp()
  FROM ${transitionColumns.table('x', 2)}, me
  WHERE o.id = ANY ($2::uuid[]) AND o.id = x.id AND o.owner IS NOT DISTINCT FROM me.epoch AND o.version = x.version
  RETURNING o.id, o.version, o.solution_id, o.target, o.tenant, o.key, x.unlock, x.events, x.change, x.compact
), compacted AS (
  DELETE FROM operation_progress p USING moved m WHERE m.compact AND p.operation_id = m.id
), progressed AS (
  INSERT INTO operation_progress (operation_id, version, change)
  SELECT m.id, m.version, m.change FROM moved m WHERE m.change IS NOT NULL
), unlocked AS (
  DELETE FROM lock l USING moved m WHERE m.unlock AND l.operation_id = m.id
  RETURNING l.operation_id
), woken AS (
  UPDATE operation o SET due_at = clock_timestamp()
  WHERE o.owner IS NULL AND o.due_at IS NOT NULL
    AND o.waiting_for ->> 'operation' = ANY (ARRAY(SELECT operation_id::text FROM unlocked))
  RETURNING o.id
), stream AS (
  UPDATE event_stream s SET sequence = s.sequence + m.events FROM moved m
  WHERE s.source_id = m.solution_id AND m.events > 0
  RETURNING m.id, m.solution_id, m.target || '/' || m.tenant || '/' || m.key AS partition_key, s.sequence - m.events AS base
), emitted AS (
  INSERT INTO event (event_id, type, source, subject, time, solution_id, operation_id, sequence, partition_key,
    correlation_id, causation_id, data)
  SELECT x.event_id, x.type, '/solutions/' || s.solution_id, x.subject, clock_timestamp(), s.solution_id, s.id,
    s.base + x.nth, s.partition_key, x.correlation_id, x.causation_id, x.data
  FROM ${eventColumns.table('x', 2 + transitionColumns.count)} JOIN stream s ON s.id = x.operation_id
  ORDER BY x.place
)
SELECT m.id, EXISTS (SELECT FROM woken) AS woke FROM moved m`,
);

/** $1 ids: what became of transitions that were not written. */
export const whyNot = `
SELECT id, owner, version, transition_id, requested_verb FROM operation WHERE id = ANY ($1)`;
