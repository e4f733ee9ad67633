import type { Header } from './headers.js';
import type { IncomingCommand } from './incoming-command.js';
import { contentTypeOf, ownHeaders } from './own-headers.js';
import { NotReadable, type Unreadable } from './unreadable.js';

/** A record as the broker has it. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
  /** Milliseconds since the epoch, decimal; negative for none. */
  readonly timestamp: string;
  /** Set where it stands for a batch that cannot be taken apart: why. */
  readonly undecodable?: string | undefined;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** What no attribute of CloudEvents may have in it, and PostgreSQL cannot keep in part: control characters, half surrogate pairs. */
const unprintable = /[\p{Cc}\p{Cs}]/u;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Attributes = Readonly<Record<string, unknown>>;

/**
 * The CloudEvent in a record, in binary or structured mode of the Kafka protocol binding. Attributes and headers that we
 * have no use for may be there, and be anything.
 * @param now for a record that carries no time at all
 */
export function readCommand(record: RawRecord, now: Date): IncomingCommand | Unreadable {
  try {
    if (record.undecodable !== undefined) throw new NotReadable('undecodable-batch', record.undecodable);
    if (record.value === null) throw new NotReadable('no-value', 'The record has no value.');
    const headers = ownHeaders(record.headers);
    const { mediaType, charset } = contentTypeOf(headers);
    if (charset !== 'utf-8')
      throw new NotReadable('unsupported-encoding', `The charset ${charset} is not supported.`);
    const attributes = mediaType.startsWith('application/cloudevents')
      ? readStructured(mediaType, record.value)
      : readBinary(mediaType, headers, record.value);
    return toCommand(attributes, headers, record, now);
  } catch (error) {
    if (error instanceof NotReadable) return { reasonCode: error.reasonCode, reason: error.reason };
    throw error;
  }
}

export function isUnreadable(read: IncomingCommand | Unreadable): read is Unreadable {
  return 'reasonCode' in read;
}

function readStructured(mediaType: string, value: Buffer): Attributes {
  if (mediaType !== 'application/cloudevents+json') throw unsupported(mediaType);
  const event = parse(value);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new NotReadable('not-a-cloudevent', 'A structured CloudEvent is a JSON object.');
  }
  const attributes = event as Attributes;
  const ofData = attributes['datacontenttype'] ?? 'application/json';
  if (typeof ofData !== 'string' || !isJson(contentTypeOf(new Map([['content-type', ofData]])).mediaType))
    throw unsupported(typeof ofData === 'string' ? ofData : 'of the data, which is no text,');
  return 'data_base64' in attributes ? { ...attributes, data: decodedData(attributes) } : attributes;
}

/** Where a sender has data as bytes, its SDK writes them so, be they JSON or not. */
function decodedData({ data, data_base64: text }: Attributes): unknown {
  if (data !== undefined)
    throw new NotReadable('not-a-cloudevent', 'A CloudEvent has data or data_base64, not both.');
  if (typeof text !== 'string' || !base64.test(text))
    throw new NotReadable('unsupported-encoding', 'data_base64 is not base64.');
  return parse(Buffer.from(text, 'base64'));
}

function readBinary(mediaType: string, headers: ReadonlyMap<string, string>, value: Buffer): Attributes {
  if (!headers.has('ce_specversion')) {
    throw new NotReadable(
      'not-a-cloudevent',
      'There is no ce_specversion header, nor is the content type application/cloudevents+json.',
    );
  }
  if (!isJson(mediaType)) throw unsupported(mediaType);
  const named = [...headers].filter(([name]) => name.startsWith('ce_'));
  return { ...Object.fromEntries(named.map(([name, text]) => [name.slice(3), text])), data: parse(value) };
}

/** As the JSON format of CloudEvents has it: `json`, or anything that ends in `+json`. */
const isJson = (mediaType: string): boolean => /^[\w.+-]+\/(json|[\w.-]+\+json)$/.test(mediaType);

const unsupported = (mediaType: string): NotReadable =>
  new NotReadable('unsupported-content-type', `The media type ${mediaType.slice(0, 200)} is not supported.`);

function toCommand(
  attributes: Attributes,
  headers: ReadonlyMap<string, string>,
  record: RawRecord,
  now: Date,
): IncomingCommand {
  const specversion = required(attributes, 'specversion');
  if (specversion !== '1.0')
    throw new NotReadable('unsupported-version', `CloudEvents ${specversion} is not supported, 1.0 is.`);
  return {
    source: required(attributes, 'source'),
    id: required(attributes, 'id'),
    type: required(attributes, 'type'),
    time: timeOf(attributes, record, now),
    correlationId: extension(attributes, 'correlationid'),
    traceparent: headers.get('traceparent') ?? extension(attributes, 'traceparent'),
    partitionKey: record.key === null ? null : decode(record.key, 'The key'),
    data: attributes['data'] ?? null,
  };
}

/** The earlier of the sender's time and the record's, so that neither makes an old command young. */
function timeOf(attributes: Attributes, { timestamp }: RawRecord, now: Date): Date {
  const stamped = new Date(Number(timestamp));
  const isStamped = Number(timestamp) >= 0 && !Number.isNaN(stamped.getTime());
  const sent = optional(attributes, 'time');
  if (sent === null) return isStamped ? stamped : now;
  // A leap second, which RFC 3339 has and Date has not.
  const text = sent.replace(/^(.{10})[Tt ](.{5}):60/, '$1T$2:59').replace(/^(.{10})[t ]/, '$1T');
  const time = new Date(rfc3339.test(sent) ? text.toUpperCase() : NaN);
  if (Number.isNaN(time.getTime()))
    throw new NotReadable('invalid-attribute', 'The attribute time is not an RFC 3339 time.');
  return isStamped && stamped < time ? stamped : time;
}

/** An extension may be a number or a boolean in JSON, and is none when it is empty. */
function extension(attributes: Attributes, name: string): string | null {
  const value = attributes[name];
  if (value === '') return null;
  const plain = typeof value === 'number' || typeof value === 'boolean';
  return optional(plain ? { [name]: String(value) } : attributes, name);
}

/** Source and id together are the key of a table: an index of PostgreSQL takes 2,704 bytes. */
const MAX_ATTRIBUTE_BYTES = 1024;

function optional(attributes: Attributes, name: string): string | null {
  const value = attributes[name];
  if (value === undefined || value === null) return null;
  const isText = typeof value === 'string' && value !== '' && !unprintable.test(value);
  if (isText && Buffer.byteLength(value) <= MAX_ATTRIBUTE_BYTES) return value;
  throw new NotReadable(
    'invalid-attribute',
    `The attribute ${name} must be a string of 1 to ${MAX_ATTRIBUTE_BYTES} bytes without control characters.`,
  );
}

function required(attributes: Attributes, name: string): string {
  const value = optional(attributes, name);
  if (value === null) throw new NotReadable('not-a-cloudevent', `The attribute ${name} is missing.`);
  return value;
}

function parse(value: Buffer): unknown {
  const text = decode(value, 'The value');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own words quote the text, which may hold a secret.
    throw new NotReadable('not-json', 'The value is not JSON.');
  }
}

function decode(bytes: Buffer, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new NotReadable('not-utf-8', `${what} is not UTF-8.`);
  }
}
