import type { ActionObject, Finding, PlannedAction } from './action.js';
import type { CallErrorClass } from './call-error.js';
import type { Seen } from './effect.js';
import type { ActionState } from './action.js';
import type { Interruption } from './interruptions.js';
import type { Json } from './json.js';
import type { Refs } from './step.js';
import type { Look, TaskReport } from './reported.js';

export type OperationState =
  | 'queued'
  | 'running'
  | 'awaiting-approval'
  | 'waiting-for-task'
  | 'paused'
  | 'compensating'
  | 'needs-attention'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'abandoned';

export type StepState = 'pending' | 'running' | 'done' | 'failed' | 'undoing' | 'undone' | 'skipped';
export type Direction = 'forward' | 'undo';
/** Where the run ends when nothing else happens: an undo ends `failed` or `cancelled`. */
export type Aim = 'complete' | 'fail' | 'cancel';

export interface WaitingFor {
  readonly reason: 'lock' | 'schedule' | 'window' | 'approval' | 'task' | 'retry' | 'target' | 'person';
  readonly detail: string;
  readonly untilMs: number | null;
  /** The operation that holds the lock. */
  readonly operation?: string;
  /** Key of the action that made it park on the way forward. */
  readonly action?: string;
  /** Code of what made it park; in an undo another one than that of `error`. */
  readonly code?: string;
  /** It waits because its target is halted, and is not taken again before that is over. */
  readonly halted?: true;
  /** Id of the open task. */
  readonly task?: string;
  /** When a person is reminded of the task, and how often from then on. */
  readonly reminder?: { readonly atMs: number; readonly everyMs: number };
}

export interface OperationError {
  readonly code: string;
  readonly detail: string;
  readonly step: string | null;
}

/** What a call ended with, as it is kept on the action: the first and the last one. */
export interface Failure {
  readonly class: CallErrorClass;
  readonly detail: string;
  readonly code?: string;
  readonly platform?: string;
  readonly retryAfterMs?: number;
}

export interface VerbRequest {
  readonly verb: string;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
  /** Of `reschedule`. */
  readonly window?: Window;
  /** Of `approve`: the plan that was looked at. */
  readonly digest?: string;
  /** Of `mark-done`: what shows that it is done. */
  readonly evidence?: string;
  /** Of `complete-task`. */
  readonly report?: TaskReport;
  /** A request that had been waiting for this one's task to be reported; its turn is next. */
  readonly then?: VerbRequest | undefined;
  /** A waiting request whose place this one has taken, until whoever asked for it is told. */
  readonly instead?: VerbRequest;
  /** The command it came with. */
  readonly cause?: Cause;
}

/** Ids of a command, for the events that it causes. */
export interface Cause {
  readonly correlationId: string | null;
  readonly causationId: string | null;
}

/** When servers may be stopped. Epoch ms. */
export interface Window {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface Schedule {
  /** The operation does not begin before. */
  readonly notBeforeMs: number | null;
  /** Gates only the first stop of a server. */
  readonly window: Window | null;
}

/** Asked for at accept: nothing is begun before somebody has agreed to the plan. All null: the plan is not made yet. */
export interface Approval {
  /** Where the plan can be read. */
  readonly planId: string | null;
  readonly digest: string | null;
  readonly by: string | null;
  readonly atMs: number | null;
}

export interface LeftBehind {
  readonly object: ActionObject;
  readonly kind: string;
  readonly state: ActionState;
  readonly detail: string;
}

/** Failed tries and waits of one action or of a step's observing; reset when the direction turns or a person says retry. */
export interface Budget {
  readonly failures: number;
  readonly waits: number;
  readonly firstFailedAtMs: number | null;
  readonly dueAtMs: number | null;
}

/** A person has shown that an action is done, or undone: what it was found to hold then stands for what it should have left. */
export interface Marked {
  readonly image: Json;
  readonly direction: Direction;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
  readonly evidence: string;
}

export interface StepRecord extends Budget {
  readonly position: number;
  readonly name: string;
  readonly state: StepState;
  /** Its actions are written down; they are never planned again. */
  readonly planned: boolean;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly findings: readonly Finding[];
  readonly refs: Refs;
  readonly locks: readonly string[];
}

export interface ActionRecord extends Budget {
  /** Position of its step. */
  readonly position: number;
  readonly number: number;
  readonly spec: PlannedAction;
  readonly state: ActionState;
  /** Its effect, if it stands, may be ours: an undo has to look. */
  readonly ours: boolean;
  /** Intents written down. */
  readonly attempts: number;
  /**
   * A call whose outcome nobody knows may still land until `quietUntilMs`. Or nobody has seen it but a person, who has
   * `reported` it done or undone: kept for good where the target does not show it.
   */
  readonly uncertain: 'apply' | 'revert' | 'both' | 'reported' | 'reported-back' | null;
  readonly quietUntilMs: number | null;
  readonly underwayUntilMs: number | null;
  /** Since when the after-image has been seen to hold. */
  readonly heldSinceMs: number | null;
  /** On the way back: seen stopped since what it was stopped for is set back, or its start is taken back once more since. */
  readonly seenAtRest: boolean;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly output: Json | undefined;
  readonly firstError: Failure | null;
  readonly lastError: Failure | null;
  readonly marked: Marked | null;
}

/** `look`: at what a person says is done. */
export type CallKind = 'read' | 'apply' | 'read-back' | 'revert' | 'look';

/** What only this process knows of its own run: calls in the air and answers not used yet. Never stored. */
export interface Live {
  /** action key → the call in the air */
  readonly calls: ReadonlyMap<string, CallKind>;
  /** action key → what was read right before its effect */
  readonly seen: ReadonlyMap<string, Seen>;
  /** action key → what the step saw while it planned, not older than `freshMs` when it is used instead of a read */
  readonly foreseen: ReadonlyMap<string, Seen>;
  /** action key → what was found when a person said that it is done */
  readonly looked: ReadonlyMap<string, Seen>;
  /** action key → why it is a person's work; a task is made of them once nothing else of their stage is left. */
  readonly handed: ReadonlyMap<string, Look>;
  /** Keys of actions whose effect this process has sent since their intent. */
  readonly sent: ReadonlySet<string>;
  /** A question in the air that belongs to no action. */
  readonly asking: 'observe' | 'lock' | 'gate' | 'plan' | 'check-plan' | null;
  /** Position of the step whose door to the outage has been found open. */
  readonly gated: number | null;
  readonly planChecked: boolean;
  /** The worker is stopping: begin nothing more. */
  readonly releasing: boolean;
}

export const idle: Live = {
  calls: new Map(),
  seen: new Map(),
  foreseen: new Map(),
  looked: new Map(),
  handed: new Map(),
  sent: new Set(),
  asking: null,
  gated: null,
  planChecked: false,
  releasing: false,
};

/** What was asked for; written once at accept. */
export interface OperationInput {
  readonly desired: Json;
  readonly requestedBy: string;
  readonly externalReference: Json;
  readonly correlationId: string | null;
  readonly causationId: string | null;
}

/** Everything there is to know about one operation: the input and the output of `decide`. */
export interface Position {
  readonly id: string;
  readonly kind: string;
  readonly solutionId: string;
  readonly target: string;
  readonly tenant: string;
  readonly key: string;
  readonly state: OperationState;
  readonly direction: Direction;
  readonly aim: Aim;
  readonly version: number;
  readonly steps: readonly StepRecord[];
  /** In order of step and number. */
  readonly actions: readonly ActionRecord[];
  readonly schedule: Schedule | null;
  readonly locksHeld: boolean;
  readonly serviceDown: boolean;
  /** In the order of time. */
  readonly interruptions: readonly Interruption[];
  readonly input: OperationInput;
  readonly planId: string | null;
  readonly planDigest: string | null;
  /** null: nobody has to approve it. */
  readonly approval: Approval | null;
  readonly waitingFor: WaitingFor | null;
  readonly error: OperationError | null;
  readonly requestedVerb: VerbRequest | null;
  readonly leftBehind: readonly LeftBehind[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Why its steps and actions could not be put together from their rows; it then has no actions, and steps as new. */
  readonly unreadable?: string;
  readonly live: Live;
}

export const keyOf = (action: Pick<ActionRecord, 'position' | 'number'>): string =>
  `${action.position}/${action.number}`;

/** An undo that a person has left out: it goes on standing, and nobody looks at it again. */
export const isSkipped = (action: ActionRecord): boolean =>
  action.state === 'parked' && action.endedAtMs !== null;

const ends: ReadonlySet<OperationState> = new Set(['completed', 'failed', 'cancelled', 'abandoned']);
const parks: ReadonlySet<OperationState> = new Set([
  'awaiting-approval',
  'waiting-for-task',
  'paused',
  'needs-attention',
]);
export const isEnded = (state: OperationState): boolean => ends.has(state);
export const isParked = (state: OperationState): boolean => parks.has(state);

const nothing: readonly never[] = [];
const noRefs: Refs = {};

/** Empty members are shared, so that what is as new can be told by identity. */
export function newStep(position: number, name: string): StepRecord {
  return {
    position,
    name,
    state: 'pending',
    planned: false,
    failures: 0,
    waits: 0,
    firstFailedAtMs: null,
    dueAtMs: null,
    startedAtMs: null,
    endedAtMs: null,
    findings: nothing,
    refs: noRefs,
    locks: nothing,
  };
}

export function newAction(position: number, number: number, spec: PlannedAction): ActionRecord {
  return {
    position,
    number,
    spec,
    state: 'planned',
    ours: false,
    attempts: 0,
    failures: 0,
    waits: 0,
    firstFailedAtMs: null,
    dueAtMs: null,
    uncertain: null,
    quietUntilMs: null,
    underwayUntilMs: null,
    heldSinceMs: null,
    seenAtRest: false,
    startedAtMs: null,
    endedAtMs: null,
    output: undefined,
    firstError: null,
    lastError: null,
    marked: null,
  };
}
