import { approve } from './approval.js';
import type { Draft } from './draft.js';
import { droppedEvents, dropReplaced } from './drop-verb.js';
import { looksFirst, markDone, refuseMark, whyNotDone } from './mark-done.js';
import { helpsAllTheSame, whyNotNow } from './overtaken.js';
import type { VerbRequest, Window } from './position.js';
import { keyOf } from './position.js';
import { absorbReport, askForOutcome, waitsForTask, withdrawals } from './report.js';
import { end, freshBudget, goingOn, leftBehind, leftBehindOf, needsUndo, turnRound } from './turn.js';
import type { Verb } from './verbs.js';
import { verbFits, waitsForOutage } from './verbs.js';

/** Carries out a recorded request at its safe point: when no call is in the air. */
export function applyVerb(draft: Draft): void {
  dropReplaced(draft);
  const request = draft.position.requestedVerb;
  if (request === null || draft.callsInTheAir || waitsForOutage(draft.position)) return;
  if (waitsForTask(draft.position)) return askForOutcome(draft, request);
  if (request.verb === 'mark-done' && verbFits('mark-done', draft.position)) {
    if (looksFirst(draft)) return;
    const why = whyNotDone(draft);
    if (why !== null) return refuseMark(draft, why);
  }
  draft.set({ requestedVerb: null });
  const why = whyNotNow(request, draft.position);
  if (why === null || helpsAllTheSame(request, draft.position)) take(draft, request);
  // It was accepted for another situation: a turn, or something that made the run stand still, came first.
  else draft.events.push(...droppedEvents({ ...request, then: undefined }, why));
  if (request.then === undefined) return;
  draft.set({ requestedVerb: request.then });
  applyVerb(draft);
}

function take(draft: Draft, request: VerbRequest): void {
  const { verb, by, reason, evidence, cause } = request;
  const { task, outcome } = request.report ?? {};
  const said = {
    verb,
    by,
    reason,
    ...(evidence === undefined ? {} : { evidence }),
    ...(task === undefined || outcome === undefined ? {} : { task, outcome }),
  };
  // The answer to whoever asked; everything else goes on being caused by the command that began the operation.
  draft.emit('operation.verb-applied', undefined, said, cause);
  act(draft, request);
}

function act(draft: Draft, request: VerbRequest): void {
  const { by, reason, window } = request;
  switch (request.verb as Verb) {
    case 'pause':
      draft.set({
        state: 'paused',
        waitingFor: { reason: 'person', detail: `paused by ${by}: ${reason}`, untilMs: null },
      });
      return draft.emit('operation.paused');
    case 'resume':
      return resume(draft);
    case 'approve':
      return approve(draft, request);
    case 'mark-done':
      return markDone(draft, request);
    case 'skip':
      return skip(draft);
    case 'reschedule':
      return reschedule(draft, window);
    case 'cancel':
      // Turned round by itself after the request: it is on its way to where the request wants it.
      if (draft.position.direction === 'undo') return draft.set({ aim: 'cancel' });
      return turnRound(draft, 'cancel', null);
    case 'compensate':
      return turnRound(draft, 'fail', draft.position.error);
    case 'complete-task':
      return absorbReport(draft, request);
    case 'abandon':
      draft.tasks.push(...withdrawals(draft.position, by, draft.facts.nowMs));
      draft.set({ leftBehind: [...draft.position.leftBehind, ...leftBehind(draft)] });
      return end(draft, 'abandoned');
    case 'retry':
      return retry(draft);
  }
}

/** Goes on where it stood. The time it was paused is nobody's: what counts time begins to count anew, what counts tries goes on. */
function resume(draft: Draft): void {
  for (const action of draft.position.actions) {
    if (action.firstFailedAtMs === null && action.underwayUntilMs === null) continue;
    draft.setAction(keyOf(action), { firstFailedAtMs: null, underwayUntilMs: null });
  }
  draft.set({ state: goingOn(draft.position), waitingFor: null });
  draft.emit('operation.resumed');
}

/** A new window; who has missed the old one goes on waiting for this one, and who parked for another reason stays parked. */
function reschedule(draft: Draft, window: Window | undefined): void {
  const { schedule, state, direction } = draft.position;
  const missed = state === 'needs-attention' && verbFits('reschedule', draft.position);
  draft.set({ schedule: { notBeforeMs: schedule?.notBeforeMs ?? null, window: window ?? null } });
  if (!missed) return;
  draft.set({ state: goingOn(draft.position), waitingFor: null });
  if (direction === 'forward') draft.set({ error: null });
}

/** Forward: the step is left out, and says so. In the undo: what it stands at is left behind, and the end is `abandoned`. */
function skip(draft: Draft): void {
  const { position } = draft;
  if (position.direction === 'forward') {
    const step = position.steps.find((record) => record.state === 'running');
    if (step === undefined) return;
    draft.setStep(step.position, { ...freshBudget, state: 'skipped', endedAtMs: draft.facts.nowMs });
    draft.set({ state: 'running', error: null, waitingFor: null });
    return draft.emit('step.skipped', step.name);
  }
  const skipped = position.actions.filter((action) => action.state === 'parked' && needsUndo(action));
  draft.set({
    state: 'compensating',
    waitingFor: null,
    leftBehind: [...position.leftBehind, ...skipped.map(leftBehindOf)],
  });
  // It stays ours: a server that it leaves stopped is down because of us.
  for (const action of skipped) draft.setAction(keyOf(action), { endedAtMs: draft.facts.nowMs });
}

/** A fresh budget for everything that is not done; what was parked in the undo is read again. */
function retry(draft: Draft): void {
  const { direction } = draft.position;
  for (const step of draft.position.steps) {
    if (step.state === 'running' || step.dueAtMs !== null) draft.setStep(step.position, freshBudget);
  }
  for (const action of draft.position.actions) {
    if (action.state === 'done' || action.state === 'reverted') continue;
    const reverting = direction === 'undo' && needsUndo(action) && action.state === 'parked';
    draft.setAction(keyOf(action), {
      ...freshBudget,
      ...(reverting ? { state: 'reverting' as const } : {}),
      underwayUntilMs: null,
    });
  }
  const state = goingOn(draft.position);
  draft.set(direction === 'undo' ? { state, waitingFor: null } : { state, error: null, waitingFor: null });
}
