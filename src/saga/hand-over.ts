import type { Draft } from './draft.js';
import type { ActionRecord, Direction, StepRecord } from './position.js';
import { isParked, keyOf } from './position.js';
import type { Look } from './reported.js';
import { taskId } from './task.js';

const reportedIn = { forward: 'reported', undo: 'reported-back' } as const;

/** A person says that it is done (in the undo: undone), and the target has not shown it yet. */
export const isReported = (action: ActionRecord, direction: Direction): boolean =>
  action.uncertain === reportedIn[direction];

/** Nobody but a person can see or do it: a report is believed, and without one the action waits to be handed over. */
export function absorbByHand(draft: Draft, action: ActionRecord, look: Look): void {
  const key = keyOf(action);
  const { direction } = draft.position;
  const { nowMs } = draft.facts;
  if (isReported(action, direction)) {
    noteCheck(draft, action, look);
    const state = direction === 'forward' ? 'done' : 'reverted';
    draft.setAction(key, { state, endedAtMs: nowMs, dueAtMs: null, quietUntilMs: null });
    return;
  }
  // A call of this service may still land: what a person is asked to do must not meet it.
  if (action.quietUntilMs !== null && nowMs < action.quietUntilMs) {
    draft.setAction(key, { dueAtMs: action.quietUntilMs });
    return;
  }
  if (action.uncertain !== null || action.state === 'unknown') {
    const state = direction === 'forward' ? ('started' as const) : action.state;
    draft.setAction(key, { state, uncertain: null, quietUntilMs: null, dueAtMs: null });
  }
  draft.live.handed.set(key, look);
}

/** What the target shows of an action that a person has reported, kept with the task. */
export function noteCheck(draft: Draft, action: ActionRecord, look: Look): void {
  const { direction } = draft.position;
  if (!isReported(action, direction)) return;
  const { position, number } = action;
  draft.tasks.push({ change: 'check', position, number, direction, look, atMs: draft.facts.nowMs });
}

/**
 * Makes one task of a stage of which nothing is left but a person's work. What can be done without a person is done
 * first: nobody works for a stage that fails.
 */
export function handOver(draft: Draft, step: StepRecord, open: readonly ActionRecord[]): void {
  const { live, position, facts } = draft;
  const [first] = open;
  if (first === undefined || draft.callsInTheAir || isParked(position.state)) return;
  if (!open.every((action) => live.handed.has(keyOf(action)))) return;
  const { direction } = position;
  const { dueMs, remindMs, assignee } = facts.task(open.map(({ spec }) => spec.kind));
  const about = { position: step.position, direction, stage: first.spec.stage };
  const id = taskId(position, facts.nowMs);
  const dueAtMs = facts.nowMs + dueMs;
  const looks = open.map((action) => {
    const look = live.handed.get(keyOf(action)) as Look;
    return [String(action.number), { ...look, atMs: facts.nowMs }] as const;
  });
  draft.tasks.push({
    change: 'open',
    id,
    ...about,
    numbers: open.map(({ number }) => number),
    assignee,
    openedAtMs: facts.nowMs,
    dueAtMs,
    looks: Object.fromEntries(looks),
  });
  live.handed.clear();
  draft.set({
    state: 'waiting-for-task',
    waitingFor: {
      reason: 'task',
      detail: `${what(direction, step, open)}: a person has to do it; report how it went with complete-task`,
      untilMs: dueAtMs,
      task: id,
      reminder: { atMs: dueAtMs, everyMs: remindMs },
    },
  });
  draft.emit('operation.waiting-for-task', step.name, { task: id, dueAt: new Date(dueAtMs).toISOString() });
}

function what(direction: Direction, step: StepRecord, open: readonly ActionRecord[]): string {
  const kinds = [...new Set(open.map(({ spec }) => spec.kind))].join(', ');
  const names = open.map(({ spec }) => `"${spec.object.name}"`);
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${direction === 'undo' ? 'undoing ' : ''}${step.name}, ${kinds} ${shown}`;
}

/** An overdue task never times out: a person is told again. */
export function remind(draft: Draft): void {
  const { position, facts } = draft;
  const { waitingFor } = position;
  if (position.state !== 'waiting-for-task' || waitingFor?.task === undefined) return;
  const { reminder, task } = waitingFor;
  if (reminder === undefined || facts.nowMs < reminder.atMs) return;
  draft.set({
    waitingFor: { ...waitingFor, reminder: { ...reminder, atMs: facts.nowMs + reminder.everyMs } },
  });
  draft.emit('operation.waiting-for-task', undefined, { task, reminder: 'overdue' });
}
