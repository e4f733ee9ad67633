/** A time in which no server of the solution ran as primary, because of us: from when its stop was sent until another was seen to run. Epoch ms. */
export interface Interruption {
  readonly fromMs: number;
  /** null: it goes on, or was what was wanted. */
  readonly untilMs: number | null;
  /** The stop was sent, and nobody has seen its effect yet. */
  readonly unseen?: true;
}

/** The list when the service goes down: one more has begun. */
export const interrupted = (before: readonly Interruption[], nowMs: number): readonly Interruption[] => [
  ...before,
  { fromMs: nowMs, untilMs: null, unseen: true },
];

/** The list when a server was seen not to run, or was reported so: what is open is one. The same list where nothing is open unseen. */
export const seenDown = (before: readonly Interruption[]): readonly Interruption[] =>
  before.some(({ unseen }) => unseen === true)
    ? before.map(({ fromMs, untilMs }) => ({ fromMs, untilMs }))
    : before;

/** The list when the service is there again. One that nobody has seen was none: its stop fell through, or never landed. */
export const restored = (before: readonly Interruption[], nowMs: number): readonly Interruption[] =>
  before.flatMap((one) => {
    if (one.untilMs !== null) return [one];
    return one.unseen === true ? [] : [{ ...one, untilMs: nowMs }];
  });
