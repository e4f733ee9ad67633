/** A row of `event` as the feed and the relay read it. */
export interface StoredEvent {
  event_id: string;
  type: string;
  source: string;
  subject: string | null;
  time: Date;
  sequence: string | null;
  partition_key: string;
  correlation_id: string | null;
  causation_id: string | null;
  data: unknown;
}

/** All of a StoredEvent but `data`, which the feed reads as JSON and the relay as text. */
export const EVENT_COLUMNS =
  'event_id, type, source, subject, time, sequence, partition_key, correlation_id, causation_id';

/** Attributes of CloudEvents 1.0 and of the extensions sequence, partitioning, correlation. */
export interface CloudEventAttributes {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  datacontenttype: 'application/json';
  /** Up by one per source from 1; 20 digits, so that strings sort as numbers do. Absent on `command.refused`. */
  sequence?: string;
  partitionkey: string;
  correlationid?: string;
  causationid?: string;
}

export interface CloudEvent extends CloudEventAttributes {
  data: unknown;
}

export function toAttributes(row: Omit<StoredEvent, 'data'>): CloudEventAttributes {
  return {
    specversion: '1.0',
    id: row.event_id,
    source: row.source,
    type: row.type,
    ...(row.subject === null ? {} : { subject: row.subject }),
    time: row.time.toISOString(),
    datacontenttype: 'application/json',
    ...(row.sequence === null ? {} : { sequence: row.sequence.padStart(20, '0') }),
    partitionkey: row.partition_key,
    ...(row.correlation_id === null ? {} : { correlationid: row.correlation_id }),
    ...(row.causation_id === null ? {} : { causationid: row.causation_id }),
  };
}

/** The JSON form, as in the feed. */
export function toCloudEvent(row: StoredEvent): CloudEvent {
  return { ...toAttributes(row), data: row.data };
}
