import { CallError } from '../../saga/call-error.js';
import { notUnderstood, refusedByHttp } from '../http/classify.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { objectOf, sentenceOf } from '../http/message.js';

export type Body = Readonly<Record<string, unknown>>;

/** `absent`: no such object. */
export type Outcome = { readonly outcome: 'ok'; readonly body: Body } | { readonly outcome: 'absent' };

/** SCS error codes that say "the application is in another state than you think": not started, not stopped. */
const wrongState: ReadonlySet<number> = new Set([1, 2]);
/** Those that pass by themselves: not ready, daemon not started, already in progress, internal. */
const passing: ReadonlySet<number> = new Set([3, 6, 7, 10]);

/** What an answer of the bridge means (contract section 5). @throws CallError */
export function outcomeOf(request: HttpRequest, answer: HttpAnswer, nowMs: number): Outcome {
  const refused = refusedByHttp(request, answer, nowMs);
  if (refused !== undefined) throw refused;
  if (answer.status === 204) return { outcome: 'ok', body: {} };
  const body = objectOf(answer);
  const success = answer.status >= 200 && answer.status < 300;
  if (body === undefined || (!success && numberIn(body, 'errorType') === null))
    throw notABridge(request, answer);
  return success ? { outcome: 'ok', body } : errorOf(request, answer, body);
}

function errorOf(request: HttpRequest, answer: HttpAnswer, body: Body): Outcome {
  const scsError = numberIn(body, 'scsError');
  const said = typeof body['message'] === 'string' ? sentenceOf(body['message']) : '';
  const message = said === '' ? 'refused without a message' : said;
  const codes =
    scsError === null ? `error type ${numberIn(body, 'errorType') ?? 0}` : `SCS error ${scsError}`;
  const detail = `${request.what}: ${message} (HTTP ${answer.status}, ${codes})`;
  const platform = codes;
  switch (answer.status) {
    case 404:
      return { outcome: 'absent' };
    case 409:
      throw new CallError(classOf(scsError), detail, { platform });
    case 403:
      // For want of a right, whatever number this platform has for it.
      throw new CallError('invalid', detail, { platform: 'HTTP 403' });
    case 412:
      throw new CallError('conflict', detail, { platform });
    case 503:
      throw new CallError('target-down', detail, { platform });
    default:
      if (answer.status >= 400 && answer.status < 500) throw new CallError('invalid', detail, { platform });
      throw notUnderstood(request, answer, `${message} (HTTP ${answer.status}, ${codes})`);
  }
}

function classOf(scsError: number | null): 'transient' | 'conflict' | 'invalid' {
  if (scsError === null) return 'invalid';
  if (passing.has(scsError)) return 'transient';
  return wrongState.has(scsError) ? 'conflict' : 'invalid';
}

/** Something in front of the bridge, or another service at its address. */
function notABridge(request: HttpRequest, answer: HttpAnswer): CallError {
  const reason = `answered HTTP ${answer.status} without the JSON of the bridge`;
  const platform = `HTTP ${answer.status}`;
  if (answer.status === 412) return new CallError('conflict', `${request.what}: ${reason}`, { platform });
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) {
    return new CallError('invalid', `${request.what}: ${reason}`, { platform });
  }
  return notUnderstood(request, answer, reason);
}

/** A whole number, also where a bridge hands on the strings of its platform. */
export function numberIn(body: Body, name: string): number | null {
  const value = body[name];
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
