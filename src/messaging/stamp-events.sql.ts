import { prepared } from '../database/prepared.js';
import type { Queryable } from '../database/database.js';

/**
 * Gives the feed's cursor to committed events. Ids are no cursor: a lower one may commit after a higher one, and a
 * reader that has passed it would never see it. Cursors are given after commit, by one statement at a time:
 *
 * - the `relay` row is the fence. Locking it serialises stampers, so cursors become visible in their order;
 * - `stamped = $2` compares and sets: a statement whose snapshot is older than another's stamping finds the row
 *   changed and does nothing, so no event is stamped twice and numbers have no gap;
 * - without a `low` an idle relay does not write its row once a second;
 * - a range of ids beside LIMIT: for LIMIT alone PostgreSQL sorts all that waits (a backlog of 15,000: 6 of 36 ms, each
 *   time). LIMIT beside the range: without it the planner expects a ninth of the table and joins it whole;
 * - joined by ctid, which nobody else moves while `cursor` is null: 2 of 25 ms for 1,000 rows.
 */
const STAMP_EVENTS = prepared(
  'stamp-events',
  `
  WITH low AS (
    SELECT id FROM event WHERE cursor IS NULL ORDER BY id LIMIT 1
  ), fence AS (
    SELECT relay.stamped, low.id AS low FROM relay, low
    WHERE relay.name = 'events' AND relay.owner = $1 AND relay.stamped = $2
    FOR UPDATE OF relay
  ), fresh AS (
    SELECT at, row_number() OVER (ORDER BY id) AS place
    FROM (
      SELECT event.ctid AS at, event.id FROM event, fence
      WHERE event.cursor IS NULL AND event.id >= fence.low AND event.id < fence.low + $3 ORDER BY event.id LIMIT $3
    ) AS waiting
  ), done AS (
    UPDATE event SET cursor = fence.stamped + fresh.place FROM fresh, fence WHERE event.ctid = fresh.at
    RETURNING event.cursor
  )
  UPDATE relay SET stamped = relay.stamped + (SELECT count(*) FROM done) FROM fence WHERE relay.name = 'events'
  RETURNING relay.stamped`,
);

/**
 * @param range how many ids are looked at, from the lowest that waits: as many events at most are stamped, and others
 * may wait behind them
 * @returns the highest cursor given now; null when there was nothing, or the relay is not `owner`'s any more
 */
export async function stampEvents(
  db: Queryable,
  fence: { owner: string; stamped: number },
  range: number,
): Promise<number | null> {
  const { rows } = await db.query<{ stamped: string }>(STAMP_EVENTS, [fence.owner, fence.stamped, range]);
  return rows[0] === undefined ? null : Number(rows[0].stamped);
}
