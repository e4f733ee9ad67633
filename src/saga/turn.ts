import type { Draft } from './draft.js';
import { insideOutage, irreversibleStarted } from './outage.js';
import type { ActionRecord, Budget, Failure, LeftBehind, OperationError, Position } from './position.js';
import { isSkipped, keyOf } from './position.js';
import { retryDelayMs, targetDelayMs, waitsForTarget } from './retry.js';

export const freshBudget: Budget = { failures: 0, waits: 0, firstFailedAtMs: null, dueAtMs: null };

/** An undo has to look at it: its effect stands, or may stand, and may be ours. */
export const needsUndo = (action: ActionRecord): boolean =>
  action.ours &&
  ['done', 'unknown', 'underway', 'started', 'reverting', 'parked'].includes(action.state) &&
  !isSkipped(action);

/** Stands still until a person moves it on. Never times out silently. In an undo `error` stays what made the run turn round. */
export function park(draft: Draft, error: OperationError, at: ActionRecord | null = null): void {
  const { position } = draft;
  if (position.state === 'needs-attention') return;
  draft.set({
    state: 'needs-attention',
    error: position.direction === 'undo' ? (position.error ?? error) : error,
    waitingFor: {
      reason: 'person',
      detail: `${error.code}: ${error.detail}`,
      untilMs: null,
      code: error.code,
      ...(at === null ? {} : { action: keyOf(at) }),
    },
  });
  draft.emit('operation.needs-attention');
}

/** From here on the run goes back: the reason is kept, budgets start anew, effects that were never sent need no undo. */
export function turnRound(
  draft: Draft,
  aim: 'fail' | 'cancel',
  error: OperationError | null,
  at: ActionRecord | null = null,
): void {
  if (irreversibleStarted(draft.position)) {
    const irreversible = { code: 'irreversible', detail: 'It cannot be taken back any more.', step: null };
    park(draft, error ?? irreversible, at);
    return;
  }
  for (const step of draft.position.steps) {
    if (step.state !== 'running') continue;
    draft.setStep(step.position, {
      ...freshBudget,
      state: aim === 'fail' ? 'failed' : 'undoing',
      endedAtMs: draft.facts.nowMs,
    });
    if (aim === 'fail') draft.emit('step.failed', step.name);
  }
  for (const action of draft.position.actions) {
    const key = keyOf(action);
    const unsent =
      action.state === 'started' &&
      !draft.live.calls.has(key) &&
      action.uncertain === null &&
      !draft.live.sent.has(key);
    if (unsent) draft.setAction(key, { ...freshBudget, state: 'planned', ours: false });
    else if (needsUndo(action) && action.state !== 'reverting') draft.setAction(key, freshBudget);
  }
  draft.live.seen.clear();
  draft.live.handed.clear();
  draft.set({
    direction: 'undo',
    aim,
    state: 'compensating',
    error: error ?? draft.position.error,
    waitingFor: null,
  });
  if (draft.position.actions.some(needsUndo)) draft.emit('operation.compensating');
}

/** What was parked before it began begins now: without `startedAtMs` the next owner would not load its rows. */
export const goingOn = ({
  direction,
  startedAtMs,
}: Pick<Position, 'direction' | 'startedAtMs'>): 'queued' | 'running' | 'compensating' =>
  direction === 'undo' ? 'compensating' : startedAtMs === null ? 'queued' : 'running';

export function end(draft: Draft, state: 'completed' | 'failed' | 'cancelled' | 'abandoned'): void {
  draft.set({ state, endedAtMs: draft.facts.nowMs, waitingFor: null, locksHeld: false });
  draft.emit(`operation.${state}`);
}

/** Everything whose effect stands or may stand and will not be undone. */
export function leftBehind(draft: Draft): LeftBehind[] {
  return draft.position.actions.filter(needsUndo).map(leftBehindOf);
}

export const leftBehindOf = (action: ActionRecord): LeftBehind => ({
  object: action.spec.object,
  kind: action.spec.kind,
  state: action.state,
  detail:
    action.state === 'done'
      ? action.uncertain === 'reported'
        ? 'Stands as a person has reported it.'
        : 'Stands as it was done.'
      : (action.lastError?.detail ?? 'Nobody knows whether it stands.'),
});

/** The budget after one more failed call: a due time, whether it is used up. Waiting for a target costs nothing. */
export function afterFailure(
  draft: Draft,
  budget: Budget,
  step: string,
  failure: Failure,
): { readonly budget: Budget; readonly usedUp: boolean } {
  const { facts, position } = draft;
  const policy = facts.retry(step);
  if (waitsForTarget.has(failure.class)) {
    const delayMs = targetDelayMs(budget.waits, failure.retryAfterMs, facts.random);
    // The time waited is not the action's own: without the shift an hour of a target that is down would use up `totalMs`.
    const firstFailedAtMs = budget.firstFailedAtMs === null ? null : budget.firstFailedAtMs + delayMs;
    return {
      budget: { ...budget, waits: budget.waits + 1, firstFailedAtMs, dueAtMs: facts.nowMs + delayMs },
      usedUp: false,
    };
  }
  const failures = budget.failures + 1;
  const firstFailedAtMs = budget.firstFailedAtMs ?? facts.nowMs;
  const forward = position.direction === 'forward';
  const usedUp =
    failures >= (forward ? policy.attempts : policy.attemptsBack) ||
    facts.nowMs - firstFailedAtMs >= (forward ? policy.totalMs : policy.totalBackMs);
  const delayMs = retryDelayMs(policy, failures, facts.random);
  return { budget: { waits: 0, failures, firstFailedAtMs, dueAtMs: facts.nowMs + delayMs }, usedUp };
}

/** Tries are used up: inside the outage service comes first and the run turns round; elsewhere a person decides. */
export function giveUp(draft: Draft, action: ActionRecord | null, step: string, failure: Failure): void {
  const forward = draft.position.direction === 'forward';
  if (!forward && action !== null) draft.setAction(keyOf(action), { state: 'parked', dueAtMs: null });
  const object = action === null ? '' : ` ${action.spec.kind} "${action.spec.object.name}":`;
  const error = {
    code: failure.code ?? 'retries-used-up',
    detail: `${step}:${object} ${failure.detail}`,
    step,
  };
  if (forward && insideOutage(draft.position)) turnRound(draft, 'fail', error, action);
  else park(draft, error, action);
}

/** Understood and refused: the same question gets the same answer, so forward the run turns round; an undo needs a person. */
export function reject(
  draft: Draft,
  what: string,
  step: string,
  failure: Failure,
  at: ActionRecord | null = null,
): void {
  const error = { code: failure.code ?? 'target-refused', detail: `${what}: ${failure.detail}`, step };
  if (draft.position.direction === 'forward') turnRound(draft, 'fail', error, at);
  else park(draft, error, at);
}
