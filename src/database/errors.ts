import { AppError, messageOf } from '../errors.js';
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
 * 57P01..57P03 shutting down, crashed, starting, 25006 read-only (we talk to a standby during a failover).
 */
const serverCodes = /^(08...|53...|57P0[123]|25006)$/;

// node-postgres has no codes for these.
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the database was not there, or went away: what was asked may be asked again, and may have happened. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unavailable' && isConnectionLost(error.cause);
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

/** A lost database as the error that callers of the service understand; anything else as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof AppError || !isConnectionLost(error)) return error;
  return new AppError('unavailable', 'The database does not answer at the moment.', {
    retryAfterMs: 2_000,
    cause: error,
  });
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
