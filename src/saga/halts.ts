import type { Json } from './json.js';

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
  /** What only other workers have found: said of operations, but no reason to leave them alone here. */
  elsewhere(_target: string): Halt | null {
    return null;
  }
  /** What this process has found by itself, for the others to show; by target. */
  found(): { readonly [target: string]: Json } {
    return {};
  }
  /** Which part of its hand a worker uses, up to 1: less for a while after the service was resumed. @param nowMs by the database's clock */
  share(_nowMs: number): number {
    return 1;
  }
  /** @returns the function that takes the listener away */
  abstract onChange(listener: () => void): () => void;
}
