import type { Halt } from './halts.js';
import type { ActionKind } from './action.js';
import type { RetryPolicy } from './retry.js';
import type { TaskTerms } from './task.js';

/** What `decide` may know beside the position: the clock, chance and limits, all given. */
export interface Facts {
  /** Epoch ms by the database's clock. */
  readonly nowMs: number;
  /** In [0, 1), for jitter. */
  readonly random: number;
  /** The longest a call to this target may take. */
  readonly timeoutMs: number;
  /** How long after its time-out an effect may still land. */
  readonly lateMs: number;
  /** Calls of one operation in the air at once. */
  readonly parallel: number;
  /** How often an object under way is looked at. */
  readonly pollMs: number;
  /** Why nothing is begun on the target now; absent or null: nothing speaks against it. */
  readonly halt?: Halt | null;
  retry(step: string): RetryPolicy;
  /** What applies to actions of these kinds when they are handed to a person. */
  task(kinds: readonly ActionKind[]): TaskTerms;
}
