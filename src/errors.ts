import { PROBLEMS, type ErrorKind, type ProblemCode } from './problems.js';

export type { ErrorKind };

/** One fault of a request: where (RFC 6901 pointer, `""` is the whole body) and what to do about it. */
export interface Fault {
  pointer: string;
  /** Of a fault outside the body, which no pointer leads to: where, and the name of the parameter (OpenAPI's words). */
  in?: 'query' | 'path' | 'header';
  name?: string;
  detail: string;
}

/** A fault outside the body; its detail names the parameter too, for those who show details only. */
export const parameterFault = (where: NonNullable<Fault['in']>, name: string, detail: string): Fault => ({
  pointer: '',
  in: where,
  name,
  detail: `${where}${where === 'header' ? '' : ' parameter'} "${name}": ${detail}`,
});

export interface AppErrorOptions {
  errors?: Fault[];
  /** How long to wait before asking again, in milliseconds. */
  retryAfterMs?: number;
  /** Members added to the problem document (`href`, `possibleVerbs`, …). */
  members?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error that crosses rooms. `code` has a page under docs/problems; `detail` says what to do. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly title: string;
  readonly errors: Fault[];
  readonly retryAfterMs: number | undefined;
  readonly members: Record<string, unknown>;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    options: AppErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = PROBLEMS[code].kind;
    this.title = PROBLEMS[code].title;
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.members = options.members ?? {};
  }
}

/** The message of anything thrown, without assuming that it is an Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
