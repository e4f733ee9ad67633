import type { Queryable } from '../database/database.js';

/**
 * Gives the feed's cursor to committed events. Ids are no cursor: a lower one may commit after a higher one, and a
 * reader that has passed it would never see it. Cursors are given after commit, by one statement at a time:
 *
 * - the `relay` row is the fence. Locking it serialises stampers, so cursors become visible in their order;
 * - `stamped = $2` compares and sets: a statement whose snapshot is older than another's stamping finds the row
 *   changed and does nothing, so no event is stamped twice and numbers have no gap;
 * - EXISTS keeps an idle relay from writing its row once a second.
 */
const STAMP_EVENTS = `
  WITH fence AS (
    SELECT stamped FROM relay
    WHERE name = 'events' AND owner = $1 AND stamped = $2 AND EXISTS (SELECT FROM event WHERE cursor IS NULL)
    FOR UPDATE
  ), fresh AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place
    FROM (SELECT id FROM event WHERE cursor IS NULL ORDER BY id LIMIT $3) AS waiting
  ), done AS (
    UPDATE event SET cursor = fence.stamped + fresh.place FROM fresh, fence WHERE event.id = fresh.id RETURNING event.id
  )
  UPDATE relay SET stamped = relay.stamped + (SELECT count(*) FROM done) FROM fence WHERE relay.name = 'events'
  RETURNING relay.stamped`;

/** @returns the highest cursor given now; null when there was nothing, or the relay is not `owner`'s any more */
export async function stampEvents(
  db: Queryable,
  fence: { owner: string; stamped: number },
  limit: number,
): Promise<number | null> {
  const { rows } = await db.query<{ stamped: string }>(STAMP_EVENTS, [fence.owner, fence.stamped, limit]);
  return rows[0] === undefined ? null : Number(rows[0].stamped);
}
