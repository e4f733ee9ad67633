import type { Decision } from './decide.js';
import type { Position } from './position.js';

/** One operation's step from a position to the next. */
export interface Transition {
  /** The epoch of the worker's lease it was decided under. */
  readonly epoch: string;
  readonly from: Position;
  readonly decision: Decision;
  /** Let go of it: ended, parked, or due later than this worker keeps it in hand. */
  readonly release: boolean;
  /** When it is due again once it is let go; null when it has ended or waits for a person. */
  readonly dueAtMs: number | null;
  /** Everything is written anew, in place of the many changes so far. */
  readonly compact?: boolean;
}
