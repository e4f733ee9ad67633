import type { Header } from './headers.js';
import type { RawRecord } from './read-command.js';
import type { Unreadable } from './unreadable.js';

/** Where a record was read, and how often it was tried. */
export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly attempts: number;
}

export type DeadLetter = Pick<RawRecord, 'key' | 'value' | 'headers'>;

/** A reason quotes what it speaks of, and the letter must not be much larger than the record. */
const maxReasonLength = 2_000;

/**
 * The record as it came, key, value and headers byte for byte, with the reason behind them: where a sender has headers of
 * these names already, the last of a name is ours.
 */
export function toDeadLetter(record: RawRecord, reason: Unreadable, origin: DeadLetterOrigin): DeadLetter {
  const ours: readonly Header[] = [
    ['x-dlq-reason-code', reason.reasonCode],
    ['x-dlq-reason', reason.reason.slice(0, maxReasonLength)],
    ['x-dlq-topic', origin.topic],
    ['x-dlq-partition', String(origin.partition)],
    ['x-dlq-offset', origin.offset],
    ['x-dlq-timestamp', record.timestamp],
    ['x-dlq-attempts', String(origin.attempts)],
  ];
  return { key: record.key, value: record.value, headers: [...record.headers, ...ours] };
}
