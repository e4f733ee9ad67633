import { HttpException } from '@nestjs/common';
import { asUnavailable } from '../database/errors.js';
import { AppError, messageOf } from '../errors.js';
import type { ProblemCode } from '../problems.js';

/** What Fastify refuses before a controller is asked, by its codes. */
const fastifyCodes: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
};

const codes: Record<number, ProblemCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  503: 'unavailable',
};

const details: Partial<Record<ProblemCode, string>> = {
  'malformed-json': 'The body could not be parsed as JSON.',
  'unsupported-media-type': 'Send the body as application/json.',
  'body-too-large': 'The body is larger than 1 MiB.',
};

/**
 * Anything thrown as an AppError. What nobody foresaw becomes `internal` with the original as its cause,
 * and its message stays inside: it may tell about our insides.
 */
export function asAppError(error: unknown): AppError {
  const known = asUnavailable(error);
  if (known instanceof AppError) return known;
  const code = codeOf(error);
  return code === undefined
    ? new AppError('internal', 'An error that nobody foresaw; it is in the log.', { cause: error })
    : new AppError(code, details[code] ?? messageOf(error), { cause: error });
}

/** Nest hands Fastify's errors on as HttpExceptions with the original as their cause. */
function codeOf(error: unknown): ProblemCode | undefined {
  if (error instanceof HttpException) return codeOf(error.cause) ?? codeOfStatus(error.getStatus());
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? fastifyCodes[code] : undefined;
  return known ?? (typeof statusCode === 'number' ? codeOfStatus(statusCode) : undefined);
}

function codeOfStatus(status: number): ProblemCode | undefined {
  return codes[status] ?? (status >= 400 && status < 500 ? 'invalid-request' : undefined);
}
