import type { Queryable } from '../database/database.js';

/** By `event_unstamped` and `event_cursor`: three rows are read, however many events wait. */
const READ_LAG = `
  SELECT extract(epoch FROM now() - (SELECT time FROM event WHERE cursor IS NULL ORDER BY id LIMIT 1)) AS feed,
    extract(epoch FROM now() - (SELECT time FROM event WHERE cursor > relay.published ORDER BY cursor LIMIT 1)) AS broker
  FROM relay WHERE name = 'events'`;

/** Age in seconds of the oldest event that is not there yet; 0 when none waits. */
export interface EventLag {
  readonly feed: number;
  /** Without a broker the age of the oldest event that is kept. */
  readonly broker: number;
}

export async function readEventLag(db: Queryable): Promise<EventLag> {
  const { rows } = await db.query<Record<keyof EventLag, string | null>>(READ_LAG);
  const seconds = (stage: keyof EventLag): number => Math.max(0, Number(rows[0]?.[stage] ?? 0));
  return { feed: seconds('feed'), broker: seconds('broker') };
}
