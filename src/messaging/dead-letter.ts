import type { RawRecord, Unreadable } from './read-command.js';

/** Where a record was read, and how often it was tried. */
export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly attempts: number;
}

export type DeadLetter = Pick<RawRecord, 'key' | 'value' | 'headers'>;

/** The record as it came, key, value and headers byte for byte, with the reason beside it. */
export function toDeadLetter(record: RawRecord, reason: Unreadable, origin: DeadLetterOrigin): DeadLetter {
  return {
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'x-dlq-reason-code': reason.reasonCode,
      'x-dlq-reason': reason.reason,
      'x-dlq-topic': origin.topic,
      'x-dlq-partition': String(origin.partition),
      'x-dlq-offset': origin.offset,
      'x-dlq-timestamp': record.timestamp,
      'x-dlq-attempts': String(origin.attempts),
    },
  };
}
