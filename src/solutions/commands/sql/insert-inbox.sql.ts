import type { Queryable } from '../../../database/database.js';

export interface InboxRow {
  readonly source: string;
  readonly messageId: string;
  /** Of what it says; null where none could be made. */
  readonly fingerprint: string | null;
}

/**
 * A message that is there already gives no row; two consumers that hold the same partition for a moment meet here.
 * Sorted, so that they wait for each other in one order.
 */
const INSERT_INBOX = `
  INSERT INTO inbox (source, message_id, fingerprint, received_at)
  SELECT x.source, x.message_id, x.fingerprint, now()
  FROM unnest($1::text[], $2::text[], $3::text[]) AS x (source, message_id, fingerprint)
  ORDER BY x.source, x.message_id
  ON CONFLICT (source, message_id) DO NOTHING
  RETURNING source, message_id`;

/** @param messages no two of the same source and id @returns those that are new */
export async function insertInbox(tx: Queryable, messages: readonly InboxRow[]): Promise<InboxKey[]> {
  const { rows } = await tx.query<KeyRow>(INSERT_INBOX, [
    ...keysOf(messages),
    messages.map((one) => one.fingerprint),
  ]);
  return rows.map(toKey);
}

export type InboxKey = Pick<InboxRow, 'source' | 'messageId'>;

export interface EarlierMessage extends InboxRow {
  readonly operationId: string | null;
}

const FIND_INBOX = `
  SELECT i.source, i.message_id, i.fingerprint, i.operation_id
  FROM inbox i JOIN unnest($1::text[], $2::text[]) AS x (source, message_id) USING (source, message_id)`;

export async function findInbox(tx: Queryable, messages: readonly InboxKey[]): Promise<EarlierMessage[]> {
  type Row = KeyRow & { fingerprint: string | null; operation_id: string | null };
  const { rows } = await tx.query<Row>(FIND_INBOX, keysOf(messages));
  return rows.map((row) => ({
    ...toKey(row),
    fingerprint: row.fingerprint,
    operationId: row.operation_id,
  }));
}

const SET_OPERATIONS = `
  UPDATE inbox i SET operation_id = x.operation_id
  FROM unnest($1::text[], $2::text[], $3::uuid[]) AS x (source, message_id, operation_id)
  WHERE i.source = x.source AND i.message_id = x.message_id`;

/** What each of them was about. */
export async function setInboxOperations(
  tx: Queryable,
  messages: readonly (InboxKey & { readonly operationId: string })[],
): Promise<void> {
  if (messages.length === 0) return;
  await tx.query(SET_OPERATIONS, [...keysOf(messages), messages.map((one) => one.operationId)]);
}

interface KeyRow extends Record<string, unknown> {
  source: string;
  message_id: string;
}

const keysOf = (messages: readonly InboxKey[]): string[][] => [
  messages.map((one) => one.source),
  messages.map((one) => one.messageId),
];

const toKey = (row: KeyRow): InboxKey => ({ source: row.source, messageId: row.message_id });
