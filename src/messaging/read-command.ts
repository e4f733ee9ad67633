import type { IncomingCommand } from './incoming-command.js';

/** A record as the broker has it. A header that appears more than once is an array. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | null | undefined>>;
  /** Milliseconds since the epoch, decimal. */
  readonly timestamp: string;
}

/** What cannot be understood; `reasonCode` is stable, `reason` is for a person. */
export interface Unreadable {
  readonly reasonCode: string;
  readonly reason: string;
}

class NotReadable extends Error {
  constructor(
    readonly reasonCode: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The CloudEvent in a record, binary or structured mode of the Kafka protocol binding. */
export function readCommand(record: RawRecord): IncomingCommand | Unreadable {
  try {
    if (record.value === null) throw new NotReadable('no-value', 'The record has no value.');
    const headers = readHeaders(record.headers);
    const [mediaType, charset] = readContentType(headers.get('content-type'));
    if (charset !== 'utf-8')
      throw new NotReadable('unsupported-encoding', `The charset ${charset} is not supported.`);
    const structured = mediaType.startsWith('application/cloudevents');
    const attributes = structured
      ? readStructured(mediaType, record.value)
      : readBinary(mediaType, headers, record.value);
    return toCommand(attributes, headers, record);
  } catch (error) {
    if (error instanceof NotReadable) return { reasonCode: error.reasonCode, reason: error.reason };
    throw error;
  }
}

export function isUnreadable(read: IncomingCommand | Unreadable): read is Unreadable {
  return 'reasonCode' in read;
}

function readHeaders(raw: RawRecord['headers']): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    const known = name.toLowerCase();
    if (!known.startsWith('ce_') && known !== 'content-type' && known !== 'traceparent') continue;
    if (value === null || value === undefined) continue;
    if (Array.isArray(value) || headers.has(known)) {
      throw new NotReadable('repeated-header', `The header ${known} appears more than once.`);
    }
    headers.set(known, typeof value === 'string' ? value : decode(value, `The header ${known}`));
  }
  return headers;
}

/** Binary mode may leave the media type out: CloudEvents reads data as JSON then. */
function readContentType(header: string | undefined): [mediaType: string, charset: string] {
  const [mediaType = '', ...parameters] = (header ?? 'application/json')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return [mediaType, charset?.replaceAll('"', '') ?? 'utf-8'];
}

function readStructured(mediaType: string, value: Buffer): Record<string, unknown> {
  if (mediaType !== 'application/cloudevents+json') {
    throw new NotReadable('unsupported-content-type', `The media type ${mediaType} is not supported.`);
  }
  const event = parse(value);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new NotReadable('not-a-cloudevent', 'A structured CloudEvent is a JSON object.');
  }
  const attributes = event as Record<string, unknown>;
  if ('data_base64' in attributes)
    throw new NotReadable('unsupported-encoding', 'data_base64 is not supported: data is JSON.');
  return attributes;
}

function readBinary(mediaType: string, headers: Map<string, string>, value: Buffer): Record<string, unknown> {
  if (!headers.has('ce_specversion')) {
    throw new NotReadable(
      'not-a-cloudevent',
      'There is no ce_specversion header, nor is the content type application/cloudevents+json.',
    );
  }
  if (mediaType !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(mediaType)) {
    throw new NotReadable('unsupported-content-type', `The media type ${mediaType} is not supported.`);
  }
  const attributes: Record<string, unknown> = { data: parse(value) };
  for (const [name, text] of headers)
    if (name.startsWith('ce_') && name !== 'ce_data') attributes[name.slice(3)] = text;
  return attributes;
}

function toCommand(
  attributes: Record<string, unknown>,
  headers: Map<string, string>,
  record: RawRecord,
): IncomingCommand {
  const specversion = required(attributes, 'specversion');
  if (specversion !== '1.0')
    throw new NotReadable('unsupported-version', `CloudEvents ${specversion} is not supported, 1.0 is.`);
  const stamped = new Date(Number(record.timestamp));
  const sent = optional(attributes, 'time');
  const time = sent === null ? stamped : new Date(rfc3339.test(sent) ? sent : NaN);
  if (Number.isNaN(time.getTime()))
    throw new NotReadable('invalid-attribute', 'The attribute time is not an RFC 3339 time.');
  return {
    source: required(attributes, 'source'),
    id: required(attributes, 'id'),
    type: required(attributes, 'type'),
    time: time < stamped ? time : stamped,
    correlationId: optional(attributes, 'correlationid'),
    traceparent: headers.get('traceparent') ?? optional(attributes, 'traceparent'),
    partitionKey: record.key === null ? null : decode(record.key, 'The key'),
    data: attributes['data'] ?? null,
  };
}

function optional(attributes: Record<string, unknown>, name: string): string | null {
  const value = attributes[name];
  if (value === undefined || value === null) return null;
  // PostgreSQL's text and jsonb hold no NUL, and no attribute of CloudEvents may.
  if (typeof value !== 'string' || value === '' || value.length > 1024 || value.includes('\0')) {
    throw new NotReadable(
      'invalid-attribute',
      `The attribute ${name} must be a string of 1 to 1024 characters without NUL.`,
    );
  }
  return value;
}

function required(attributes: Record<string, unknown>, name: string): string {
  const value = optional(attributes, name);
  if (value === null) throw new NotReadable('not-a-cloudevent', `The attribute ${name} is missing.`);
  return value;
}

function parse(value: Buffer): unknown {
  const text = decode(value, 'The value');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new NotReadable(
      'not-json',
      `The value is not JSON: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

function decode(bytes: Buffer, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new NotReadable('not-utf-8', `${what} is not UTF-8.`);
  }
}
