import type { CallErrorClass } from './call-error.js';

/** Retries as data. One budget forward and one back, so that the way there cannot eat up the way home. */
export interface RetryPolicy {
  /** Tries that may fail before the budget is used up. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  /** From the first failure on; whichever of attempts and time is used up first. */
  readonly totalMs: number;
  readonly attemptsBack: number;
  readonly totalBackMs: number;
}

export const defaultRetry: RetryPolicy = {
  attempts: 6,
  firstDelayMs: 200,
  factor: 2,
  maxDelayMs: 30_000,
  totalMs: 300_000,
  attemptsBack: 12,
  totalBackMs: 1_800_000,
};

/** Classes that cost no budget: the operation waits for its target (or for our own lease), in its direction. */
export const waitsForTarget: ReadonlySet<CallErrorClass> = new Set([
  'target-down',
  'auth',
  'throttled',
  'lease-lost',
]);

/** Full jitter: anything between nothing and the exponential delay, so that many that failed together do not come back together. */
export function retryDelayMs(policy: RetryPolicy, failures: number, random: number): number {
  const exponential = policy.firstDelayMs * policy.factor ** Math.max(0, failures - 1);
  return Math.round(random * Math.min(policy.maxDelayMs, exponential));
}

/**
 * How long to wait for a target that costs no budget: as it asks, an hour at most, or doubling from 500 ms to 15 s with
 * half jitter. A date that is over or a zero asks for nothing: taken at its word it would have us knock without a pause.
 */
export function targetDelayMs(waits: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0) return Math.min(retryAfterMs, 3_600_000);
  const exponential = Math.min(15_000, 500 * 2 ** Math.min(waits, 10));
  return Math.round(exponential / 2 + (random * exponential) / 2);
}
