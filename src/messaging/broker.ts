import type { CloudEventAttributes } from './cloud-event.js';
import { toAttributes } from './cloud-event.js';
import type { UnpublishedEvent } from './published-events.sql.js';

/** An event on its way out: CloudEvents in binary mode, the key that keeps its solution's events in order. */
export interface BrokerRecord {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly value: string;
}

export type BrokerStatus = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Where events go besides the feed. */
export abstract class Broker {
  /** Resolves when all records are durable, in order per key. @throws when some may not be: all must be sent again */
  abstract publish(records: readonly BrokerRecord[]): Promise<void>;
  /** Whether a publish has a chance now; the reason is a sentence for a person. */
  abstract status(): BrokerStatus;
}

/** The Kafka protocol binding's binary mode: attributes are headers `ce_*`, the media type is `content-type`. */
export function toRecord(event: UnpublishedEvent): BrokerRecord {
  const { datacontenttype, ...attributes } = toAttributes(event);
  const headers: Record<string, string> = { 'content-type': datacontenttype };
  for (const [name, value] of Object.entries(
    attributes satisfies Omit<CloudEventAttributes, 'datacontenttype'>,
  )) {
    headers[`ce_${name}`] = value;
  }
  return { key: event.partition_key, headers, value: event.data };
}

/** Bytes of a record as a broker counts them, near enough to cut batches by. */
export function sizeOf(record: BrokerRecord): number {
  let bytes = Buffer.byteLength(record.value) + Buffer.byteLength(record.key);
  for (const [name, value] of Object.entries(record.headers))
    bytes += name.length + Buffer.byteLength(value) + 4;
  return bytes;
}
