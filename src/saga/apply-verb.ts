import type { Draft } from './draft.js';
import { keyOf } from './position.js';
import { end, freshBudget, leftBehind, needsUndo, turnRound } from './turn.js';
import type { Verb } from './verbs.js';
import { isVerb, supportedVerbs, verbFits } from './verbs.js';

/** Carries out a recorded request at its safe point: when no call is in the air. */
export function applyVerb(draft: Draft): void {
  const request = draft.position.requestedVerb;
  if (request === null || draft.callsInTheAir) return;
  draft.set({ requestedVerb: null });
  // The end, or a turn, came before the request: it was accepted for another situation and does nothing now.
  const { verb, by, reason } = request;
  if (!isVerb(verb) || !supportedVerbs.has(verb) || !verbFits(verb, draft.position)) return;
  draft.emit('operation.verb-applied', undefined, { verb, by, reason });
  act(draft, verb);
}

function act(draft: Draft, verb: Verb): void {
  switch (verb) {
    case 'cancel':
      return turnRound(draft, 'cancel', null);
    case 'compensate':
      return turnRound(draft, 'fail', draft.position.error);
    case 'abandon':
      draft.set({ leftBehind: leftBehind(draft) });
      return end(draft, 'abandoned');
    case 'retry':
      return retry(draft);
    default:
      throw new Error(`verb ${verb} is in the table but has no effect`);
  }
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
  if (direction === 'undo') {
    draft.set({ state: 'compensating', waitingFor: null });
    return;
  }
  // What was parked before it began begins now: without `startedAtMs` the next owner would not load its rows.
  const state = draft.position.startedAtMs === null ? 'queued' : 'running';
  draft.set({ state, error: null, waitingFor: null });
}
