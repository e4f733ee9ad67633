import type { AppError } from '../../errors.js';
import { problemDocument } from '../../http/problem-document.js';
import { COMMANDS_SOURCE, eventType, type NewEvent } from '../../messaging/event.js';
import type { IncomingCommand } from '../../messaging/incoming-command.js';

/** A command may be 1 MB of unknown members; the event that names them must still fit into a record (1 MB by default). */
const maxFaults = 100;
const maxTextLength = 1_000;

/** Says why a command was refused, to whoever sent it: by its id and its correlation id. */
export function refusedEvent(command: IncomingCommand, error: AppError): NewEvent {
  return {
    type: eventType('command.refused'),
    source: COMMANDS_SOURCE,
    subject: command.type,
    solutionId: null,
    operationId: null,
    partitionKey: keyFor(command),
    correlationId: command.correlationId,
    causationId: command.id,
    data: storable({ ...problemDocument(error), errors: error.errors.slice(0, maxFaults) }),
  };
}

/** The sender's own key where it can be kept and sent on: it may be 1 MB of anything. */
function keyFor({ partitionKey, source }: IncomingCommand): string {
  const fits =
    partitionKey !== null && partitionKey.length <= maxTextLength && /^[^\p{Cc}\p{Cs}]+$/u.test(partitionKey);
  return fits ? partitionKey : source;
}

/** Names of members come from the sender and may hold what jsonb does not: U+0000 and half surrogate pairs. */
function storable(document: object): unknown {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? value.slice(0, maxTextLength).replace(/[\0\p{Cs}]/gu, '\ufffd') : value,
  ) as unknown;
}
