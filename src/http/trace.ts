import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

// W3C Trace Context: version, trace id, parent id, flags; a trace id of zeros is not valid.
const traceparent = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The caller's trace id, or a new one: in the log, in problem documents, and the request's id. */
export function traceIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const header = request.headers['traceparent'];
  const known = typeof header === 'string' ? traceparent.exec(header)?.[1] : undefined;
  return known ?? randomBytes(16).toString('hex');
}
