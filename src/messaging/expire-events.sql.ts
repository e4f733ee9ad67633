import type { Queryable } from '../database/database.js';

/**
 * Removes events from the low end of the cursors only, so that "the lowest kept cursor" tells the whole truth about
 * what a reader has missed: an event older than the limit behind a younger one stays until that one goes.
 * `$3` bounds it by what the broker has, where there is one: nothing unpublished is ever removed.
 */
const EXPIRE_EVENTS = `
  WITH low AS (
    SELECT cursor, time FROM event WHERE cursor IS NOT NULL ORDER BY cursor LIMIT $2
  ), stop AS (
    SELECT min(cursor) AS cursor FROM low WHERE time >= $1 OR cursor > $3
  )
  DELETE FROM event USING stop
  WHERE event.cursor IN (SELECT cursor FROM low) AND (stop.cursor IS NULL OR event.cursor < stop.cursor)`;

/** @returns how many were removed; as many as `limit` means that there may be more */
export async function expireEvents(
  db: Queryable,
  bounds: { before: Date; upTo: number },
  limit: number,
): Promise<number> {
  return (await db.query(EXPIRE_EVENTS, [bounds.before, limit, bounds.upTo])).rowCount ?? 0;
}
