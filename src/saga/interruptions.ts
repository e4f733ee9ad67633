/** A time in which no server of the solution ran as primary, because of us: from when its stop was sent until another was seen to run. Epoch ms. */
export interface Interruption {
  readonly fromMs: number;
  /** null: it goes on, or was what was wanted. */
  readonly untilMs: number | null;
}

/** The list when the service goes down: one more has begun. */
export const interrupted = (before: readonly Interruption[], nowMs: number): readonly Interruption[] => [
  ...before,
  { fromMs: nowMs, untilMs: null },
];

/**
 * The list when the service is there again.
 * @param wasLost false: the stop fell through, and what looked like an interruption was none
 */
export const restored = (
  before: readonly Interruption[],
  wasLost: boolean,
  nowMs: number,
): readonly Interruption[] =>
  before.flatMap((one) => {
    if (one.untilMs !== null) return [one];
    return wasLost ? [{ ...one, untilMs: nowMs }] : [];
  });
