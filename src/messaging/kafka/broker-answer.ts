import { messageOf } from '../../errors.js';

/** Its message names the topic already: whoever reads on when it happens knows of another one only. */
export class NotSent extends Error {}

/** What the broker said, by its name in the protocol; kafkajs wraps it, some layers deep. Null where it said nothing. */
export function answerOf(error: unknown): string | null {
  if (error instanceof NotSent) return null;
  const { type, cause } = (error ?? {}) as { type?: unknown; cause?: unknown };
  if (typeof type === 'string') return type;
  return cause === undefined ? null : answerOf(cause);
}

/** A sentence for whoever can mend it: kafkajs says that something is not allowed or not there, and not what. */
export function whyOf(error: unknown, { topic, groupId }: { topic: string; groupId?: string }): string {
  const right = groupId === undefined ? 'Write' : 'Read';
  switch (answerOf(error)) {
    case 'TOPIC_AUTHORIZATION_FAILED':
      return `not authorised on the topic ${topic} (right ${right})`;
    case 'GROUP_AUTHORIZATION_FAILED':
      return `not authorised for the consumer group ${groupId} (right Read)`;
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return `the topic ${topic} is not there: ${messageOf(error)}`;
    default:
      return messageOf(error);
  }
}
