import { errors } from 'undici';
import { messageOf } from '../../errors.js';
import { CallError } from '../../saga/call-error.js';
import type { HttpAnswer, HttpRequest } from './message.js';
import { headerOf } from './message.js';
import { retryAfterMs } from './retry-after.js';
import { tlsHint } from './tls-hint.js';

/**
 * No usable connection. An effect that was sent may have happened; a read cannot have changed anything, so it
 * only says that the target is out of reach, and its operation waits for it without using up its budget.
 */
export function noAnswer(request: HttpRequest, sent: boolean, reason: string, cause?: unknown): CallError {
  const errorClass = sent && request.effect ? 'unknown' : 'target-down';
  return new CallError(errorClass, `${request.what}: ${reason}`, { cause });
}

/** What undici ended an exchange with: an answer that is not HTTP is not understood, all else is a connection that failed. */
export function brokenOff(request: HttpRequest, sent: boolean, error: Error): CallError {
  return error instanceof errors.HTTPParserError
    ? unreadable(request, error)
    : noAnswer(request, sent, `${messageOf(error)}${tlsHint(error)}`, error);
}

/** An answer came, and it cannot be read: not HTTP, too large, not JSON where we take a list apart. */
export function unreadable(request: HttpRequest, error: Error): CallError {
  if (error instanceof CallError) return error;
  const errorClass = request.effect ? 'unknown' : 'transient';
  const options = error instanceof errors.UndiciError ? { platform: error.code } : {};
  return new CallError(errorClass, `${request.what}: ${messageOf(error)}`, { ...options, cause: error });
}

/** The work was called off from our side (`Call.signal`). */
export function calledOff(request: HttpRequest, sent: boolean, cause?: unknown): CallError {
  const errorClass = sent && request.effect ? 'unknown' : 'lease-lost';
  return new CallError(errorClass, `${request.what}: called off`, { cause });
}

/** An answer that the protocol does not know: an effect may have happened, a read has failed. */
export function notUnderstood(request: HttpRequest, answer: HttpAnswer, reason: string): CallError {
  const errorClass = request.effect ? 'unknown' : 'transient';
  return new CallError(errorClass, `${request.what}: ${reason}`, { platform: `HTTP ${answer.status}` });
}

const gatewayStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** What a status means whatever the protocol above it is; undefined when the protocol decides. */
export function refusedByHttp(
  request: HttpRequest,
  answer: HttpAnswer,
  nowMs: number,
): CallError | undefined {
  const platform = `HTTP ${answer.status}`;
  const wait = retryAfterMs(headerOf(answer, 'retry-after'), nowMs);
  const waiting = wait === undefined ? { platform } : { platform, retryAfterMs: wait };
  if (answer.status === 401) {
    return new CallError('auth', `${request.what}: the target does not accept our credentials`, { platform });
  }
  if (answer.status === 429) {
    return new CallError('throttled', `${request.what}: the target asks for fewer calls`, waiting);
  }
  // A server that names a time speaks for itself and has refused; a bare 502 to 504 may come from a proxy
  // after the request went through, which matters to effects only.
  if (
    (answer.status === 503 && wait !== undefined) ||
    (gatewayStatuses.has(answer.status) && !request.effect)
  ) {
    return new CallError(
      'target-down',
      `${request.what}: the target is not available (${platform})`,
      waiting,
    );
  }
  return undefined;
}
