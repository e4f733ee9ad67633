import { Columns } from '../database/columns.js';
import { prepared } from '../database/prepared.js';
import type { Queryable } from '../database/database.js';
import type { NewEvent } from './event.js';

/**
 * How events get their sequence, in the statement that causes them. `input` has one row per event, `ordinal` its
 * order. One upsert moves each solution's stream on by the number of its events and so holds the stream's row until
 * commit: whoever writes the same solution next gets later numbers *and* later ids, because ids are drawn after the
 * streams are locked. Numbers of a transaction that rolls back are given again: no gaps.
 *
 * - ORDER BY solution_id in the upsert: two batches lock the streams they share in the same order, no deadlock.
 * - ORDER BY ordinal in the insert: ids follow it, and the relay stamps in order of ids.
 *
 * The engine's commit statement puts the same three parts behind its own `input` (its transitions that hit).
 */
export const NUMBERED_EVENTS = `
  stream AS (
    INSERT INTO event_stream (source_id, sequence)
    SELECT solution_id, count(*) FROM input WHERE solution_id IS NOT NULL GROUP BY solution_id ORDER BY solution_id
    ON CONFLICT (source_id) DO UPDATE SET sequence = event_stream.sequence + excluded.sequence
    RETURNING source_id, sequence
  ), numbered AS (
    SELECT input.*, stream.sequence - count(*) OVER (PARTITION BY solution_id)
      + row_number() OVER (PARTITION BY solution_id ORDER BY ordinal) AS sequence
    FROM input LEFT JOIN stream ON stream.source_id = input.solution_id
  )`;

/** Needs `numbered`, which carries its columns and `now`. Ids of events are random: nothing sorts by them. */
export const INSERT_NUMBERED_EVENTS = `
  INSERT INTO event (event_id, type, source, subject, time, solution_id, operation_id, sequence, partition_key,
    correlation_id, causation_id, data)
  SELECT gen_random_uuid(), type, source, subject, time, solution_id, operation_id, sequence, partition_key,
    correlation_id, causation_id, data
  FROM numbered ORDER BY ordinal`;

const columns = new Columns({
  type: 'text',
  source: 'text',
  subject: 'text',
  solution_id: 'uuid',
  operation_id: 'uuid',
  partition_key: 'text',
  correlation_id: 'text',
  causation_id: 'text',
  data: 'json',
});

const INSERT_EVENTS = prepared(
  'insert-events',
  `
  WITH input AS (SELECT given.*, place AS ordinal, $1::timestamptz AS time FROM ${columns.table('given', 2)}), ${NUMBERED_EVENTS}
  ${INSERT_NUMBERED_EVENTS}`,
);

/**
 * Writes events in the caller's transaction, in the order given. After its commit the caller notifies `event`.
 * @param now when they happened; all events of a call share it
 */
export async function insertEvents(tx: Queryable, events: readonly NewEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    type: event.type,
    source: event.source,
    subject: event.subject ?? null,
    solution_id: event.solutionId,
    operation_id: event.operationId,
    partition_key: event.partitionKey,
    correlation_id: event.correlationId ?? null,
    causation_id: event.causationId ?? null,
    data: JSON.stringify(event.data),
  }));
  await tx.query(INSERT_EVENTS, [now, ...columns.values(rows)]);
}
