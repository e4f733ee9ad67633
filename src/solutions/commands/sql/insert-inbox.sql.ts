import type { Queryable } from '../../../database/database.js';

export interface InboxRow {
  readonly source: string;
  readonly messageId: string;
}

/** A message that is there already gives no row; two consumers that hold the same partition for a moment meet here. */
const INSERT_INBOX = `
  INSERT INTO inbox (source, message_id, received_at)
  SELECT x.source, x.message_id, now() FROM unnest($1::text[], $2::text[]) AS x (source, message_id)
  ON CONFLICT (source, message_id) DO NOTHING
  RETURNING source, message_id`;

/** @returns those that are new */
export async function insertInbox(
  tx: Queryable,
  messages: readonly InboxRow[],
): Promise<readonly InboxRow[]> {
  const { rows } = await tx.query<{ source: string; message_id: string }>(INSERT_INBOX, [
    messages.map((one) => one.source),
    messages.map((one) => one.messageId),
  ]);
  return rows.map((row) => ({ source: row.source, messageId: row.message_id }));
}

const SET_OPERATION = `UPDATE inbox SET operation_id = $3 WHERE source = $1 AND message_id = $2`;

export async function setInboxOperation(
  tx: Queryable,
  { source, messageId }: InboxRow,
  operationId: string,
): Promise<void> {
  await tx.query(SET_OPERATION, [source, messageId, operationId]);
}
