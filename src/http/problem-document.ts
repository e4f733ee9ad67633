import type { AppError, ErrorKind, Fault } from '../errors.js';
import { PROBLEMS, type ProblemCode } from '../problems.js';

/** RFC 9457, with the members that we add. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  instance?: string;
  errors?: Fault[];
  traceId?: string;
  retryable: boolean;
  [member: string]: unknown;
}

const statuses: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'headers-too-large': 431,
  'too-slow': 408,
  'unsupported-media': 415,
  unprocessable: 422,
  'too-many': 429,
  internal: 500,
  'bad-gateway': 502,
  unavailable: 503,
};

/** The same document for an HTTP answer and for the event that says a command was refused. */
export function problemDocument(
  error: AppError,
  context: { instance?: string; traceId?: string } = {},
): ProblemDocument {
  return {
    type: `/problems/${error.code}`,
    title: error.title,
    status: statuses[error.kind],
    detail: error.detail,
    code: error.code,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
    ...context,
    retryable: PROBLEMS[error.code].retryable,
    ...error.members,
  };
}
