import { prepared } from '../../database/prepared.js';
import { takenOperations } from './load.sql.js';

/**
 * Takes what is due, with all that is known of it but its progress, in turn between tenants: $1 epoch, $2 targets with $3 room
 * for each and $4 the tenant after which to begin, $5 kinds with $6 the step names this process knows of each (array
 * literals), $7 what is in hand.
 * - `head` walks from tenant to tenant of a target in the index `operation_turn`, 17 µs each, at most as many as there is
 *   room for or 16; whoever was cut off goes on after `last` the next time. Those with something due share the room.
 * - With other workers around a look takes half of its part, so that a burst is spread over all of them.
 * - Not flushed: a claim that a crash of the database forgets belongs to nobody, and its worker's first commit, which comes
 *   before its first effect, misses. The same for locks: the commit of the intent flushes them too.
 * - SKIP LOCKED, so that replicas never queue behind each other; only a live lease may claim.
 * - `statement_timestamp()` is a bound of the index scan, `clock_timestamp()` would be a filter on everything that is due later.
 * - OFFSET 0 and the array keep the planner from joining: a plan that is made while there are no operations yet, and kept, read
 *   every operation of a tenant and the whole primary key (5.7 ms for 20 rows among 8,000, now 0.8).
 * Returns a row for each target that has something due or due later, with `share` (a tenant may have more than that), once for
 * each operation taken there.
 *
 * 100,000 due among 1,100,000, PostgreSQL 18, two busy cores, against the former ORDER BY due_at of all (which let a tenant with
 * 10,000 queued hold up everybody): planning 0.65 ms against 0.23; execution for 8 rows 0.82 against 0.51 (one tenant) and 1.03
 * against 0.40 (50 tenants), for 200 rows 13.6 against 11.9 and 11.9 against 8.6, most of which is the UPDATE. With nothing due and
 * 2,000 due later 0.4 against 3.0.
 */
export const claim = prepared(
  'claim',
  `
WITH RECURSIVE me AS (
  SELECT epoch, set_config('synchronous_commit', 'off', true),
    (SELECT count(*) FROM worker WHERE taken_at IS NULL AND lease_until > clock_timestamp()) AS workers
  FROM worker WHERE epoch = $1 AND taken_at IS NULL AND lease_until > clock_timestamp()
), wanted AS (
  SELECT target, after, CASE WHEN workers = 1 THEN room ELSE least(room, greatest(4, room / (2 * workers))) END AS room
  FROM me, unnest($2::text[], $3::int[], $4::text[]) AS x (target, room, after)
), head AS (
  SELECT w.target, w.room, 1 AS place, first.tenant, first.due_at
  FROM wanted w CROSS JOIN LATERAL (
    SELECT o.tenant, o.due_at FROM operation o
    WHERE o.owner IS NULL AND o.due_at IS NOT NULL AND o.target = w.target AND o.tenant > w.after
    ORDER BY o.tenant, o.due_at LIMIT 1
  ) first
  UNION ALL
  SELECT h.target, h.room, h.place + 1, next.tenant, next.due_at
  FROM head h CROSS JOIN LATERAL (
    SELECT o.tenant, o.due_at FROM operation o
    WHERE o.owner IS NULL AND o.due_at IS NOT NULL AND o.target = h.target AND o.tenant > h.tenant
    ORDER BY o.tenant, o.due_at LIMIT 1
  ) next
  WHERE h.place < greatest(h.room, 16)
), turn AS (
  SELECT target, tenant, room, greatest(1, room / count(*) OVER same) AS share, row_number() OVER same AS place
  FROM head WHERE due_at <= statement_timestamp()
  WINDOW same AS (PARTITION BY target ORDER BY random() ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), due AS (
  SELECT own.id FROM turn t CROSS JOIN LATERAL (
    SELECT o.id FROM operation o
    WHERE o.owner IS NULL AND o.target = t.target AND o.tenant = t.tenant AND o.due_at <= statement_timestamp()
      AND EXISTS (SELECT FROM unnest($5::text[], $6::text[]) AS known (kind, steps)
        WHERE known.kind = o.kind AND o.step_names <@ known.steps::text[] OFFSET 0)
      AND o.id <> ALL ($7::uuid[])
    ORDER BY o.due_at LIMIT t.share
    FOR UPDATE SKIP LOCKED
  ) own
  WHERE t.place <= t.room
), taken AS (
  UPDATE operation o SET owner = me.epoch
  FROM me WHERE o.id = ANY (ARRAY(SELECT id FROM due))
  RETURNING o.*
), loaded AS (${takenOperations})
SELECT said.*, loaded.*
FROM (
  SELECT h.target AS of_target, max(t.share)::int AS share,
    CASE WHEN count(h.place) >= greatest(h.room, 16) THEN max(h.tenant) END AS last
  FROM head h LEFT JOIN turn t ON t.target = h.target AND t.tenant = h.tenant GROUP BY h.target, h.room
) said LEFT JOIN loaded ON loaded.target = said.of_target`,
);

/**
 * When the next operation that nobody owns is due, in ms from now; one index probe. What is overdue is left out: it was not
 * claimed because this process does not know its kind or its target is held, and must not make it look again and again.
 */
export const nextDue = prepared(
  'next-due',
  `
SELECT extract(epoch FROM (due_at - clock_timestamp())) * 1000 AS in_ms
FROM operation WHERE owner IS NULL AND due_at > statement_timestamp() ORDER BY due_at LIMIT 1`,
);

/** $1 own epoch: owned operations somebody has asked something of. */
export const requests = prepared(
  'requests',
  `
SELECT id, version, requested_verb FROM operation WHERE owner = $1 AND requested_verb IS NOT NULL`,
);

/**
 * $1 own epoch, $2 what is in hand, $3 lease in ms: what is ours but in nobody's hand, since the answer of a claim or of its
 * loading was lost. A drive that was thrown away may have left a call in the air.
 */
export const freeStrays = `
UPDATE operation SET owner = NULL, due_at = clock_timestamp(),
  calls_until = GREATEST(calls_until, clock_timestamp() + $3 * interval '1 millisecond')
WHERE owner = $1 AND id <> ALL ($2::uuid[])`;
