import { standsAt } from './mark-done.js';
import { insideOutage, irreversibleStarted } from './outage.js';
import type { Direction, OperationState, Position } from './position.js';
import { waitsForTask } from './report.js';

export const verbs = [
  'pause',
  'resume',
  'cancel',
  'retry',
  'skip',
  'mark-done',
  'complete-task',
  'approve',
  'reschedule',
  'compensate',
  'abandon',
] as const;
export type Verb = (typeof verbs)[number];

/** Verbs whose behaviour is there; the others are refused with `not-yet-supported`, never ignored. */
export const supportedVerbs: ReadonlySet<Verb> = new Set([
  'pause',
  'resume',
  'cancel',
  'retry',
  'skip',
  'mark-done',
  'complete-task',
  'approve',
  'reschedule',
  'compensate',
  'abandon',
]);

/** Named conditions beyond state and direction. */
const guards = {
  /** Nothing that cannot be taken back has been started. */
  reversible: (position: Position) => !irreversibleStarted(position),
  /** The step or undo action it stands at may be left out. */
  skippable: (position: Position) =>
    (position.direction === 'undo' && position.actions.some((action) => action.state === 'parked')) ||
    (position.direction === 'forward' &&
      position.steps.find((step) => step.state === 'running')?.name === 'verify-service'),
  /** It stands at an action, not between steps. */
  'at-an-action': (position: Position) => standsAt(position).length > 0,
  /** A task is in a person's hand. */
  'open-task': (position: Position) => position.waitingFor?.task !== undefined,
  /** It has a window, and waits for it or has missed it. */
  'waits-for-window': (position: Position) =>
    position.schedule?.window != null &&
    (position.state !== 'needs-attention' ||
      position.waitingFor?.code === 'window-missed' ||
      position.waitingFor?.detail.startsWith('window-missed') === true),
} satisfies Record<string, (position: Position) => boolean>;
export type Guard = keyof typeof guards;

interface Rule {
  readonly verb: Verb;
  readonly states: readonly OperationState[];
  readonly direction: Direction | 'both';
  readonly guards: readonly Guard[];
  /** For the explorer: what it does. */
  readonly does: string;
}

/** The one truth about what a person may tell an operation: state × direction × verb. */
export const verbTable: readonly Rule[] = [
  {
    verb: 'pause',
    states: ['queued', 'running', 'compensating'],
    direction: 'both',
    guards: [],
    does: 'Stops at the next safe point; inside an outage it waits for its end.',
  },
  { verb: 'resume', states: ['paused'], direction: 'both', guards: [], does: 'Goes on where it was paused.' },
  {
    verb: 'cancel',
    states: ['queued', 'running', 'awaiting-approval', 'waiting-for-task', 'paused', 'needs-attention'],
    direction: 'forward',
    guards: ['reversible'],
    does: 'No new effect; what was done is undone. Ends `cancelled`. With an open task its outcome is asked for first.',
  },
  {
    verb: 'retry',
    states: ['needs-attention'],
    direction: 'both',
    guards: [],
    does: 'Tries again in its direction with a fresh budget; what is done is not repeated.',
  },
  {
    verb: 'skip',
    states: ['needs-attention'],
    direction: 'both',
    guards: ['skippable'],
    does: 'Leaves out `verify-service`, or an undo action, whose object is then left behind.',
  },
  {
    verb: 'mark-done',
    states: ['needs-attention'],
    direction: 'both',
    guards: ['at-an-action'],
    does: 'Looks at what it stands at and takes what it finds as done, with your `evidence`. Refused where an object that should be there is not, or the other way round.',
  },
  {
    verb: 'complete-task',
    states: ['waiting-for-task'],
    direction: 'both',
    guards: ['open-task'],
    does: 'Reports how a task ended: `task`, `outcome`, `results`, `evidence`. What can be seen of it is checked.',
  },
  {
    verb: 'approve',
    states: ['awaiting-approval'],
    direction: 'forward',
    guards: [],
    does: 'Agrees to the plan with this `digest`, as it stands under `approval`. Needs the role `approver`.',
  },
  {
    verb: 'reschedule',
    states: ['queued', 'running', 'awaiting-approval', 'paused', 'compensating', 'needs-attention'],
    direction: 'both',
    guards: ['waits-for-window'],
    does: 'Gives a new window for the first stop of a server.',
  },
  {
    verb: 'compensate',
    states: ['paused', 'needs-attention'],
    direction: 'forward',
    guards: ['reversible'],
    does: 'Turns a parked run round: what was done is undone. Ends `failed`.',
  },
  {
    verb: 'abandon',
    states: ['paused', 'needs-attention', 'waiting-for-task'],
    direction: 'both',
    guards: [],
    does: 'Gives up; what stands at the target stays and is listed in `leftBehind`.',
  },
];

/** A pause inside the outage waits for its end: service comes first. What has parked meanwhile stands still already. */
export const waitsForOutage = (position: Position): boolean =>
  position.requestedVerb?.verb === 'pause' && position.state !== 'needs-attention' && insideOutage(position);

export function isVerb(word: string): word is Verb {
  return (verbs as readonly string[]).includes(word);
}

/** Of an operation whose steps and actions cannot be read: to look at them again, or to give it up. */
const worksUnread: ReadonlySet<Verb> = new Set(['retry', 'abandon']);

/** Whether the table lets this verb act on this operation now; a waiting request is looked at elsewhere. */
export function verbFits(verb: Verb, position: Position): boolean {
  if (position.unreadable !== undefined && !worksUnread.has(verb)) return false;
  return verbTable.some(
    (rule) =>
      rule.verb === verb &&
      rule.states.includes(position.state) &&
      (rule.direction === 'both' || rule.direction === position.direction) &&
      rule.guards.every((name) => guards[name](position)),
  );
}

/** What waits for an open task lets its outcome be told, or everything be given up; and a pause lets it be cancelled. */
export const givesWay = (position: Position, verb: Verb): boolean =>
  waitsForTask(position) &&
  (verb === 'complete-task' ||
    verb === 'abandon' ||
    (verb === 'cancel' && position.requestedVerb?.verb === 'pause'));

/** What would be accepted now: while a request waits, every other one is refused as `verb-pending`. */
export function possibleVerbs(position: Position): Verb[] {
  const isFree = position.requestedVerb === null;
  return verbs.filter(
    (verb) => supportedVerbs.has(verb) && verbFits(verb, position) && (isFree || givesWay(position, verb)),
  );
}
