import { takenOperations } from './load.sql.js';

/**
 * Takes what has begun, apart from all that is queued: of targets that are halted, where it has to go on all the same, and first of
 * all after the service was resumed: $1 epoch, $2 targets with $3 room for each, $4 kinds with $5 the
 * step names this process knows of each (array literals), $6 what is in hand. That is whatever somebody has asked something of,
 * and what has begun and was not told yet: it may stand inside its outage, where it goes on until service is restored. The
 * others are told, once, and lie outside the index from then on: thousands that wait for the target cost nothing.
 */
export const claimBegun = `
WITH me AS (
  SELECT epoch FROM worker WHERE epoch = $1 AND taken_at IS NULL AND lease_until > clock_timestamp()
), due AS (
  SELECT own.id FROM unnest($2::text[], $3::int[]) AS w (target, room) CROSS JOIN LATERAL (
    SELECT o.id FROM operation o
    WHERE o.owner IS NULL AND o.due_at IS NOT NULL AND o.target = w.target AND o.due_at <= statement_timestamp()
      AND (o.requested_verb IS NOT NULL OR (o.started_at IS NOT NULL AND o.waiting_for ->> 'halted' IS NULL))
      AND EXISTS (SELECT FROM unnest($4::text[], $5::text[]) AS known (kind, steps)
        WHERE known.kind = o.kind AND o.step_names <@ known.steps::text[] OFFSET 0)
      AND o.id <> ALL ($6::uuid[])
    ORDER BY o.due_at LIMIT w.room
    FOR UPDATE SKIP LOCKED
  ) own
), taken AS (
  UPDATE operation o SET owner = me.epoch
  FROM me WHERE o.id = ANY (ARRAY(SELECT id FROM due))
  RETURNING o.*
)${takenOperations}`;
