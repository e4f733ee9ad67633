import { CallError } from '../../saga/call-error.js';
import { notUnderstood, refusedByHttp } from '../http/classify.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { objectOf } from '../http/message.js';

export type Body = Readonly<Record<string, unknown>>;

/** `absent`: no such object. */
export type Outcome = { readonly outcome: 'ok'; readonly body: Body } | { readonly outcome: 'absent' };

/** SCS error codes that say "the application is in another state than you think". */
const wrongState: ReadonlySet<number> = new Set([1, 2]);
const alreadyInProgress = 7;

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
  const message = typeof body['message'] === 'string' ? body['message'] : 'refused without a message';
  const codes =
    scsError === null ? `error type ${numberIn(body, 'errorType') ?? 0}` : `SCS error ${scsError}`;
  const detail = `${request.what}: ${message} (HTTP ${answer.status}, ${codes})`;
  const platform = codes;
  switch (answer.status) {
    case 404:
      return { outcome: 'absent' };
    case 409:
      if (scsError === alreadyInProgress) throw new CallError('transient', detail, { platform });
      throw new CallError(scsError !== null && wrongState.has(scsError) ? 'conflict' : 'invalid', detail, {
        platform,
      });
    case 412:
      throw new CallError('conflict', detail, { platform });
    case 503:
      throw new CallError('target-down', detail, { platform });
    default:
      if (answer.status >= 400 && answer.status < 500) throw new CallError('invalid', detail, { platform });
      throw notUnderstood(request, answer, `${message} (HTTP ${answer.status}, ${codes})`);
  }
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

export function numberIn(body: Body, name: string): number | null {
  const value = body[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
