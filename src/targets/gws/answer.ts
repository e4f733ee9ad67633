import type { Conventions } from '../../config/conventions.js';
import { CallError } from '../../saga/call-error.js';
import { notUnderstood, refusedByHttp } from '../http/classify.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { objectOf, sentenceOf } from '../http/message.js';
import { describe, ErrorType, unpack } from './platform-code.js';
import type { Wire } from './wire.js';
import { integerOf, textOf } from './wire.js';

/**
 * `absent`: the platform says that the object is not there. Only with Configuration Server's own code is that certain;
 * a plain 404 is also what a feature that is not enabled answers.
 */
export type Outcome =
  { readonly outcome: 'ok'; readonly body: Wire } | { readonly outcome: 'absent'; readonly certain: boolean };

/** GWS did not take a parameter (statusCode 1 or 2, HTTP 400): of a list, it may be a filter that this platform does not have. */
export class ParameterRefused extends CallError {}

/** Values of `statusCode` in every body. */
const Status = {
  ok: 0,
  missing: 1,
  notValid: 2,
  forbidden: 3,
  internal: 4,
  noPermission: 5,
  notFound: 6,
} as const;
const refusals: ReadonlySet<number> = new Set([
  Status.missing,
  Status.notValid,
  Status.forbidden,
  Status.noPermission,
]);

/**
 * What an answer of the Platform Configuration API means. Business errors come as HTTP 500 with `statusCode` 4 and a
 * `platformCode`, so the body decides before the HTTP status does. @throws CallError
 */
export function outcomeOf(
  request: HttpRequest,
  answer: HttpAnswer,
  conventions: Conventions,
  nowMs: number,
): Outcome {
  const httpRefusal = refusedByHttp(request, answer, nowMs);
  if (httpRefusal !== undefined) throw httpRefusal;
  if (answer.status === 204) return { outcome: 'ok', body: {} };
  const body = objectOf(answer);
  const statusCode = integerOf(body?.['statusCode']);
  const platformCode = integerOf(body?.['platformCode']) ?? codeInWords(statusCode, messageIn(body));
  if (body !== undefined && answer.status < 300 && statusCode === Status.ok) return { outcome: 'ok', body };
  if (platformCode !== null && platformCode > 0) {
    return refusedByServer(request, messageIn(body), platformCode, conventions);
  }
  if (answer.status === 404 || statusCode === Status.notFound) return { outcome: 'absent', certain: false };
  const byHttp = answer.status >= 400 && answer.status < 500 && answer.status !== 408;
  if (byHttp || (statusCode !== null && refusals.has(statusCode))) {
    throw refusedByGws(request, answer, messageIn(body), statusCode);
  }
  const platform = `HTTP ${answer.status}, statusCode ${String(statusCode)}`;
  throw notUnderstood(request, answer, `${messageIn(body)} (${platform})`);
}

/** Both refusals that were seen, for a GWS that says them without the code. */
function codeInWords(statusCode: number | null, message: string): number | null {
  if (statusCode !== Status.internal) return null;
  if (/uniqueness constraint violated/i.test(message)) return ErrorType.uniquenessViolation;
  return /\b(no object|object not) found\b/i.test(message) ? ErrorType.objectNotFound : null;
}

/** GWS itself said no: Configuration Server was not asked, so nothing was changed. */
function refusedByGws(
  request: HttpRequest,
  answer: HttpAnswer,
  message: string,
  statusCode: number | null,
): CallError {
  const platform = `HTTP ${answer.status}, statusCode ${String(statusCode)}`;
  const detail = `${request.what}: ${message} (${platform})${hintFor(request, answer, statusCode)}`;
  const isParameter = statusCode === Status.missing || statusCode === Status.notValid;
  const RefusedAs =
    isParameter || (answer.status === 400 && statusCode === null) ? ParameterRefused : CallError;
  return new RefusedAs('invalid', detail, { platform });
}

/** A feature that is not enabled makes resources look missing "or operations invalid"; the latter looks like this. */
function hintFor(request: HttpRequest, answer: HttpAnswer, statusCode: number | null): string {
  if (!request.effect || (answer.status !== 405 && statusCode !== Status.forbidden)) return '';
  return '; is the feature api-platform-configuration-write enabled for its contact centre?';
}

/**
 * Configuration Server understood the request and refused it: nothing was changed. Which numbers its other errors have
 * is not documented: an effect counts as refused, a read is tried again.
 */
function refusedByServer(
  request: HttpRequest,
  message: string,
  platformCode: number,
  conventions: Conventions,
): Outcome {
  const code = unpack(platformCode);
  const { errorType } = code;
  if (errorType === ErrorType.objectNotFound) return { outcome: 'absent', certain: true };
  const noPermission = errorType === conventions.errorTypeNoPermission;
  const meaning = noPermission
    ? 'no permission: '
    : errorType === conventions.errorTypeInUse
      ? 'in use: '
      : '';
  const detail = `${request.what}: ${meaning}${message} (platformCode ${platformCode}: ${describe(code)})`;
  const platform = `platformCode ${platformCode}`;
  if (errorType === ErrorType.uniquenessViolation) throw new CallError('conflict', detail, { platform });
  throw new CallError(request.effect || noPermission ? 'invalid' : 'transient', detail, { platform });
}

const messageIn = (body: Wire | undefined): string =>
  sentenceOf(textOf(body?.['statusMessage'])) || 'refused without a message';
