import type { ProblemCode } from '../problems.js';

/**
 * How a call to a target failed. Decided by the adapter that made the call and nowhere else.
 *
 * | class | happened? | the engine |
 * |---|---|---|
 * | `invalid` | no: understood and refused | rejects: the saga turns round, an undo parks |
 * | `conflict` | no: the object changed between read and write (412), or a name is taken | reads again; costs an attempt |
 * | `transient` | no | tries again; costs an attempt |
 * | `throttled` | no | waits, `retryAfterMs` honoured; costs nothing |
 * | `auth` | no: the target does not accept our credentials | waits; costs nothing |
 * | `target-down` | no: never connected, or the target says that it has lost its server | waits; costs nothing |
 * | `unknown` | maybe: time-out, connection lost after sending, answer not understood | reads back first; costs an attempt |
 * | `lease-lost` | no: our own lease would not have outlived the call | drops the work; another worker takes it |
 */
export type CallErrorClass =
  'invalid' | 'conflict' | 'transient' | 'throttled' | 'auth' | 'target-down' | 'unknown' | 'lease-lost';

export interface CallErrorOptions {
  readonly retryAfterMs?: number;
  /** The target's own code, such as a platformCode or HTTP status. */
  readonly platform?: string;
  /** What the operation fails with when this rejects it; `target-refused` when left out. */
  readonly code?: ProblemCode;
  readonly cause?: unknown;
}

export class CallError extends Error {
  constructor(
    readonly errorClass: CallErrorClass,
    /** A sentence for a person: what was asked of which object and what the target said. Never a secret. */
    readonly detail: string,
    readonly options: CallErrorOptions = {},
  ) {
    super(`${errorClass}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CallError';
  }

  get retryAfterMs(): number | undefined {
    return this.options.retryAfterMs;
  }

  get code(): ProblemCode | undefined {
    return this.options.code;
  }
}
