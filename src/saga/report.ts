import { foundBefore, beforeOf } from './before-image.js';
import type { Draft } from './draft.js';
import { sameJson } from './json.js';
import { outputsOf } from './outputs.js';
import type { ActionRecord, Failure, Position, VerbRequest } from './position.js';
import { keyOf } from './position.js';
import { resolve } from './reference.js';
import type { ReportedResult, TaskReport } from './reported.js';
import type { TaskChange } from './task.js';
import { giveUp, goingOn } from './turn.js';

/**
 * A cancel waits for the outcome of an open task: only a person knows what there is to take back. A pause that waits for the
 * end of the outage goes on waiting: the task is one of the things that end it.
 */
export const waitsForTask = (position: Position): boolean =>
  position.state === 'waiting-for-task' &&
  position.waitingFor?.task !== undefined &&
  (position.requestedVerb?.verb === 'cancel' || position.requestedVerb?.verb === 'pause');

/** Says once, to everybody who listens, that the outcome is wanted now. */
export function askForOutcome(draft: Draft, { verb, by, reason }: VerbRequest): void {
  const { waitingFor } = draft.position;
  if (waitingFor?.task === undefined || verb !== 'cancel') return;
  const detail = `cancelled by ${by} (${reason}): begin nothing more, and report with complete-task what has been done`;
  if (waitingFor.detail === detail) return;
  draft.set({ waitingFor: { ...waitingFor, detail } });
  draft.emit('operation.waiting-for-task', undefined, { task: waitingFor.task, reminder: 'cancelled' });
}

/** Takes a person's word for what was done; what the target shows of it is looked at next. */
export function absorbReport(draft: Draft, request: VerbRequest): void {
  const { report } = request;
  if (report === undefined) throw new Error('complete-task without a report');
  close(draft, report, request.by);
  for (const action of draft.position.actions) {
    const result = report.results[keyOf(action)];
    if (result === undefined) continue;
    if (result.outcome === 'done') reportedDone(draft, action, result);
    else notDone(draft, action, failureOf(report, request.by));
  }
  draft.set({ state: goingOn(draft.position), waitingFor: null });
  // Who waits with a cancel has decided already what comes of it.
  if (report.outcome === 'not-done' && request.then?.verb !== 'cancel')
    refusedByPerson(draft, report, request.by);
}

/** Of a task that nobody will report any more. @param by null: nobody, it was the service */
export function withdrawals({ state, waitingFor }: Position, by: string | null, atMs: number): TaskChange[] {
  if (state !== 'waiting-for-task' || waitingFor?.task === undefined) return [];
  const nothing = { results: {}, evidence: null };
  return [{ change: 'close', id: waitingFor.task, outcome: 'withdrawn', ...nothing, by, atMs }];
}

function close(draft: Draft, { task, outcome, results, evidence }: TaskReport, by: string): void {
  draft.tasks.push({ change: 'close', id: task, outcome, results, evidence, by, atMs: draft.facts.nowMs });
}

function reportedDone(draft: Draft, action: ActionRecord, result: ReportedResult): void {
  const settled = { quietUntilMs: null, underwayUntilMs: null, heldSinceMs: null, dueAtMs: null };
  if (draft.position.direction === 'undo') {
    draft.setAction(keyOf(action), { ...settled, state: 'reverting', uncertain: 'reported-back' });
    return;
  }
  const outputs = outputsOf(draft.position);
  const known = beforeOf(action, outputs);
  const before = result.before === undefined ? known?.image : result.before;
  if (before === undefined) throw new Error(`${keyOf(action)} was reported without its before-image`);
  // Found as it shall be: somebody else has made it so, and nothing of it is taken back.
  const ours = !sameJson(before, resolve(action.spec.after, outputs));
  const isSeen = foundBefore(action)?.reported === false && result.before === undefined;
  draft.setAction(keyOf(action), {
    ...settled,
    state: 'underway',
    ours,
    uncertain: 'reported',
    output: isSeen ? action.output : { before, reported: result.before !== undefined },
  });
}

function notDone(draft: Draft, action: ActionRecord, failure: Failure): void {
  const errors = { firstError: action.firstError ?? failure, lastError: failure };
  const state =
    draft.position.direction === 'forward'
      ? ({ state: 'planned', ours: false } as const)
      : { state: 'reverting' as const };
  draft.setAction(keyOf(action), { ...errors, ...state, uncertain: null, quietUntilMs: null, dueAtMs: null });
}

const failureOf = ({ evidence }: TaskReport, by: string): Failure => ({
  class: 'invalid',
  code: 'task-not-done',
  detail: `${by} reports that it was not done${evidence === null ? '' : `: ${evidence}`}`,
});

/** Inside the outage service comes first and the run turns round; elsewhere a person decides. In the undo it parks. */
function refusedByPerson(draft: Draft, report: TaskReport, by: string): void {
  const open = draft.position.actions.filter((action) => report.results[keyOf(action)] !== undefined);
  const [first, ...rest] = open;
  if (first === undefined) return;
  if (draft.position.direction === 'undo') {
    for (const action of rest) draft.setAction(keyOf(action), { state: 'parked', dueAtMs: null });
  }
  giveUp(draft, draft.action(keyOf(first)), draft.stepAt(first.position).name, failureOf(report, by));
}
