import { isUtf8 } from 'node:buffer';
import type { Header } from './headers.js';
import { NotReadable } from './unreadable.js';

/** The headers that mean something here; all others are the sender's own business, whatever is in them. */
const own = new Set([
  'content-type',
  'traceparent',
  ...['specversion', 'id', 'source', 'type', 'time', 'correlationid', 'traceparent'].map(
    (name) => `ce_${name}`,
  ),
]);

/** By name in lower case: senders write them in any. One without a value is none. @throws NotReadable */
export function ownHeaders(headers: readonly Header[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of headers) {
    const known = typeof name === 'string' ? name.toLowerCase() : '';
    if (value === null || !own.has(known)) continue;
    const text = textOf(known, value);
    const there = found.get(known);
    if (there === undefined || there === text) found.set(known, text);
    // Tracing may stand on both sides of a producer; two contexts are none (W3C Trace Context).
    else if (known === 'traceparent') found.set(known, '');
    else throw new NotReadable('repeated-header', `The header ${known} appears more than once.`);
  }
  if (found.get('traceparent') === '') found.delete('traceparent');
  return found;
}

function textOf(name: string, value: Buffer | string): string {
  if (typeof value === 'string') return value;
  if (isUtf8(value)) return value.toString('utf8');
  throw new NotReadable('not-utf-8', `The header ${name} is not UTF-8.`);
}

export interface ContentType {
  readonly mediaType: string;
  readonly charset: string;
}

/** Binary mode may leave it out: CloudEvents reads data as JSON then. ASCII is a part of UTF-8. */
export function contentTypeOf(headers: ReadonlyMap<string, string>): ContentType {
  const [mediaType = '', ...parameters] = (headers.get('content-type') ?? 'application/json')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const given = parameters
    .find((parameter) => /^charset\s*=/.test(parameter))
    ?.replace(/^charset\s*=\s*/, '')
    .replaceAll('"', '');
  const charset = given === undefined || /^(utf-?8|us-ascii|ascii)$/.test(given) ? 'utf-8' : given;
  return { mediaType, charset };
}
