import { AppError, messageOf } from '../errors.js';
import type { ProblemCode } from '../problems.js';
import { StartError } from './start-error.js';

// Node's own codes for a server that cannot be reached or has gone away.
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // a socket file
]);

/**
 * SQLSTATE classes and codes of a server that cannot work at the moment: 08 connection, 53 resources,
 * 57P01..57P03 shutting down, crashed, starting, 57P05 and 25P03 a session that was ended for being idle, 25006 read-only
 * (we talk to a standby during a failover).
 */
const serverCodes = /^(08...|53...|57P0[1235]|25P03|25006)$/;

// node-postgres has no codes for these.
const poolIsUsedUp = 'timeout exceeded when trying to connect';
const noAnswer = 'Query read timeout';
const messages = new RegExp(
  `^(Connection terminated|${poolIsUsedUp}|${noAnswer}|Client has encountered a connection error)`,
);

interface Trouble {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly retryAfterMs: number;
  /** SQLSTATE */
  readonly states: RegExp;
}

/** Bad days of a database that somebody has to mend, told apart for whoever is called. The first that matches counts. */
const troubles: readonly Trouble[] = [
  {
    code: 'database-full',
    detail: 'The database has no room left on its disk.',
    retryAfterMs: 30_000,
    states: /^53100$/,
  },
  {
    code: 'database-read-only',
    detail: 'The database takes no changes at the moment.',
    retryAfterMs: 10_000,
    states: /^25006$/,
  },
  {
    // 53300 connection limit, 53200 memory, 57014 statement time-out or cancelled, 55P03 lock time-out.
    code: 'database-overloaded',
    detail: 'The database has no room for another session or statement at the moment.',
    retryAfterMs: 5_000,
    states: /^(53...|57014|55P03)$/,
  },
  {
    // A changed password, a revoked right, a database that was moved: mended outside, and no fault of the request.
    code: 'unavailable',
    detail: 'The database does not let the service in.',
    retryAfterMs: 10_000,
    states: /^(28...|3D000|42501)$/,
  },
];

/** Whether the database was not there, or went away: what was asked may be asked again, and may have happened. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof AppError) return error.kind === 'unavailable' && isConnectionLost(error.cause);
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return networkCodes.has(code) || serverCodes.test(code);
  if (error instanceof AggregateError) return error.errors.some(isConnectionLost);
  return messages.test(error.message);
}

/** @param constraint any unique constraint or index when left out */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const { code, constraint: broken } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && (constraint === undefined || broken === constraint);
}

/** A database that is away or in trouble as the error that callers of the service understand; anything else as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  const state = error.message === poolIsUsedUp ? '53300' : code;
  const trouble = typeof state === 'string' ? troubles.find(({ states }) => states.test(state)) : undefined;
  if (trouble !== undefined) {
    return new AppError(trouble.code, trouble.detail, { retryAfterMs: trouble.retryAfterMs, cause: error });
  }
  if (!isConnectionLost(error)) return error;
  return new AppError('unavailable', 'The database does not answer at the moment.', {
    retryAfterMs: 2_000,
    cause: error,
  });
}

/**
 * Whether the session it happened on has to go: it may stand on a server that has become read-only while another one
 * leads, or still waits for an answer and would make whatever comes next wait too.
 */
export function spoilsSession(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === '25006' || message === noAnswer;
}

/** For the start: says which database, without its password. */
export function unreachable(url: string, error: unknown): StartError {
  const detail = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : messageOf(error);
  return new StartError(
    `The database ${withoutPassword(url)} cannot be used: ${detail}. Check DATABASE_URL.`,
    error,
  );
}

export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.host}${parsed.pathname}`;
  } catch {
    return '(not a URL)';
  }
}
