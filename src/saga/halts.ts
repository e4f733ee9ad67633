/** Why nothing is begun on a target: somebody has paused it, or it is down. */
export interface Halt {
  /** A sentence: who and why. */
  readonly detail: string;
  /** Epoch ms; null: until somebody says so. */
  readonly untilMs: number | null;
}

/**
 * Who may not be worked on now: one target, or with the whole service nothing at all. Asked before every look and every
 * decision, so it answers from memory.
 */
export abstract class Halts {
  /** null: go on. */
  abstract of(target: string): Halt | null;
  abstract ofService(): Halt | null;
  /** @returns the function that takes the listener away */
  abstract onChange(listener: () => void): () => void;
}
