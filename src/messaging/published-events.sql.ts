import { prepared } from '../database/prepared.js';
import type { Queryable } from '../database/database.js';
import type { StoredEvent } from './cloud-event.js';
import { EVENT_COLUMNS } from './cloud-event.js';

const READ_PUBLISHED = `SELECT published FROM relay WHERE name = 'events'`;

/** Up to which cursor the broker has the events. */
export async function readPublished(db: Queryable): Promise<number> {
  return Number((await db.query<{ published: string }>(READ_PUBLISHED)).rows[0]?.published ?? 0);
}

/** `data` as text: the broker gets the bytes, so parsing and serialising every operation again is spared. */
export type UnpublishedEvent = Omit<StoredEvent, 'data'> & { cursor: string; data: string };

const READ_UNPUBLISHED = prepared(
  'read-unpublished',
  `
  SELECT cursor, ${EVENT_COLUMNS}, data::text AS data FROM event WHERE cursor > $1 ORDER BY cursor LIMIT $2`,
);

/** Stamped events after a cursor, in order of cursors. */
export async function readUnpublished(
  db: Queryable,
  after: number,
  limit: number,
): Promise<UnpublishedEvent[]> {
  return (await db.query<UnpublishedEvent>(READ_UNPUBLISHED, [after, limit])).rows;
}

/** Fenced by owner and by the former position: a relay that lost its lease moves nothing. */
const ADVANCE_PUBLISHED = `UPDATE relay SET published = $3 WHERE name = 'events' AND owner = $1 AND published = $2`;

/** @returns false when the relay is not `owner`'s any more */
export async function advancePublished(
  db: Queryable,
  owner: string,
  from: number,
  to: number,
): Promise<boolean> {
  return (await db.query(ADVANCE_PUBLISHED, [owner, from, to])).rowCount === 1;
}
