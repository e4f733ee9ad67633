import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { IncomingCommand } from '../../messaging/incoming-command.js';
import { fingerprintOf } from './fingerprint.js';
import type { EarlierMessage, InboxKey, InboxRow } from './sql/insert-inbox.sql.js';
import { findInbox, insertInbox } from './sql/insert-inbox.sql.js';

/** Whether a command is to be carried out; the error says that its id stands for another one. */
export type Arrival = 'new' | 'seen-before' | AppError;

/** Writes the commands down by source and id. @returns for each of them what it is, in their order */
export async function takeInbox(tx: Queryable, commands: readonly IncomingCommand[]): Promise<Arrival[]> {
  const messages = commands.map(toRow);
  // The first of its id in this batch stands for it.
  const firsts = new Map<string, InboxRow>();
  for (const message of messages) if (!firsts.has(idOf(message))) firsts.set(idOf(message), message);
  const fresh = new Set((await insertInbox(tx, [...firsts.values()])).map(idOf));
  const known = messages.filter((message) => !fresh.has(idOf(message)));
  const earlier = new Map<string, EarlierMessage>(
    (known.length === 0 ? [] : await findInbox(tx, known)).map((row) => [idOf(row), row]),
  );
  return messages.map((message) => {
    const id = idOf(message);
    const first = firsts.get(id);
    if (fresh.has(id) && first === message) return 'new';
    return repeat(message, earlier.get(id) ?? first);
  });
}

function repeat(message: InboxRow, first: (InboxRow & { operationId?: string | null }) | undefined): Arrival {
  const saysTheSame =
    first === undefined || first.fingerprint === null || first.fingerprint === message.fingerprint;
  if (saysTheSame) return 'seen-before';
  return new AppError(
    'idempotency-key-reused',
    `The id ${JSON.stringify(message.messageId)} of the source ${JSON.stringify(message.source)} was used for another command.`,
    first.operationId == null ? {} : { members: { operation: `/v1/operations/${first.operationId}` } },
  );
}

const toRow = ({ source, id, type, data }: IncomingCommand): InboxRow => ({
  source,
  messageId: id,
  fingerprint: fingerprint({ type, data }),
});

/** JSON that is nested too deeply for a stack is nothing of ours; it is refused as what it is. */
function fingerprint(said: unknown): string | null {
  try {
    return fingerprintOf(said);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const idOf = ({ source, messageId }: InboxKey): string => JSON.stringify([source, messageId]);
