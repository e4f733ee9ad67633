import type { ProblemCode } from '../problems.js';
import type { Json } from './json.js';

export type ActionKind =
  | 'create'
  | 'update'
  | 'delete'
  | 'grant'
  | 'revoke'
  | 'add-member'
  | 'remove-member'
  | 'set-account'
  | 'stop'
  | 'start'
  | 'switch-over';

export type ActionState =
  'planned' | 'started' | 'underway' | 'unknown' | 'done' | 'failed' | 'reverting' | 'reverted' | 'parked';

/** The object an action works on; `type` is a CfgObjectType number, `dbid` null while it is not created, `for` whom an entry, membership or binding concerns. */
export interface ActionObject {
  readonly [key: string]: Json;
  readonly type: number;
  readonly name: string;
  readonly dbid: Json;
}

/**
 * One effect on one object of the target, as a step plans it. Unknown values are references (`knownAfter`).
 * Images hold only the part that is ours to say: our entry in an ACL, not the list.
 */
export interface PlannedAction {
  readonly kind: ActionKind;
  readonly object: ActionObject;
  readonly before: Json;
  readonly after: Json;
  /** Actions of one stage run in any order, several in flight; stages run in ascending order. */
  readonly stage: number;
  /** What `read`, `apply` and `revert` need beyond the images (account references, stop mode); stored, not compared. */
  readonly input?: { readonly [key: string]: Json };
  /** Once started there is no way back: only forward, or abandon. */
  readonly irreversible?: boolean;
  /** Sent even when the after-image is there, to prove the right to write; nothing to undo. */
  readonly always?: boolean;
  /** The outage is one section from the first action that opens it until every action that closes it is done. */
  readonly outage?: 'opens' | 'closes';
  /**
   * `lost`: when its effect stands, no server of the solution runs as primary; `restored`: its effect ends that; `doubtful`: another runs, and
   * nobody knows whether it takes over.
   */
  readonly service?: 'lost' | 'restored' | 'doubtful';
  /** How long the object may stay between the images after the target accepted, in ms. */
  readonly underwayMs?: number;
  /** What to do when it stays so longer: count a failure, or send the effect once more (a forced stop). */
  readonly overdue?: 'fail' | 'apply-again';
  /** The error's code when the target takes the effect and does not carry it through. */
  readonly failsWith?: ProblemCode;
  /** How long the after-image must be seen to hold before the action counts as done, in ms. */
  readonly holdMs?: number;
  /**
   * Number of the action of the same step that this one takes back (the start after a stop): where that one found nothing
   * to do, neither has this one.
   */
  readonly onlyIfOurs?: number;
  /**
   * Number of the action of the same step that stopped what this one starts again, with something set in between; 0: it was
   * stopped already. Found started by somebody else, nobody knows what it came up with: the run turns round, and where the
   * stop was ours the undo takes this start back as well.
   */
  readonly restarts?: number;
  /**
   * Numbers of the actions of the same step that are set while this one has its object stopped. Found running once one of
   * them is set back, it may have come up before: unless it was seen stopped since, the undo stops and starts it.
   */
  readonly stoppedFor?: readonly number[];
  /** Numbers of actions of the same step whose effect may show here too (an account mirrored to the backup). */
  readonly causedBy?: readonly number[];
}

/** A finding about the target. An `error` of a running operation makes it turn round. */
export interface Finding {
  readonly [key: string]: Json | undefined;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly detail: string;
  readonly object: Json;
  readonly predicted?: boolean;
}
