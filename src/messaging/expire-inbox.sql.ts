import type { Queryable } from '../database/database.js';

/** By `inbox_age`, some at a time: a statement of milliseconds that keeps nobody from taking commands in. */
const EXPIRE_INBOX = `
  DELETE FROM inbox WHERE (source, message_id) IN (
    SELECT source, message_id FROM inbox WHERE received_at < $1 ORDER BY received_at LIMIT $2
  )`;

/** @returns how many were removed; as many as `limit` means that there may be more */
export async function expireInbox(db: Queryable, before: Date, limit: number): Promise<number> {
  return (await db.query(EXPIRE_INBOX, [before, limit])).rowCount ?? 0;
}
