import type { Draft } from './draft.js';
import type { Effected } from './effect.js';
import { absorbByHand } from './hand-over.js';
import type { ActionRecord, Failure } from './position.js';
import { keyOf } from './position.js';
import { afterFailure, giveUp, reject } from './turn.js';

const stepName = (draft: Draft, action: ActionRecord): string => draft.stepAt(action.position).name;

const what = (action: ActionRecord): string => `${action.spec.kind} "${action.spec.object.name}"`;

const errors = (action: ActionRecord, failure: Failure) => ({
  firstError: action.firstError ?? failure,
  lastError: failure,
});

/** An effect was sent and answered. */
export function absorbEffected(
  draft: Draft,
  key: string,
  call: 'apply' | 'revert',
  effected: Effected,
): void {
  const action = draft.action(key);
  const { nowMs, lateMs } = draft.facts;
  if (effected.effected === 'task') return needsPerson(draft, action, call, effected.detail);
  if (effected.effected === 'accepted') {
    // Right after its answer the target may still show the old state: an accepted effect counts as fallen back only after lateMs.
    draft.setAction(key, {
      state: call === 'apply' ? 'underway' : 'reverting',
      uncertain: call,
      quietUntilMs: nowMs + lateMs,
      underwayUntilMs: nowMs + (action.spec.underwayMs ?? 0),
      dueAtMs: nowMs + Math.min(draft.facts.pollMs, lateMs + 1),
    });
    return;
  }
  if (call === 'revert') {
    draft.setAction(key, {
      state: 'reverted',
      uncertain: null,
      quietUntilMs: null,
      dueAtMs: null,
      endedAtMs: nowMs,
    });
    return;
  }
  const output = effected.output ?? action.output;
  // A proof of the right to write leaves nothing that could be undone.
  const ours = action.ours && action.spec.always !== true;
  if ((action.spec.holdMs ?? 0) > 0) {
    draft.setAction(key, { state: 'underway', output, uncertain: null, quietUntilMs: null, dueAtMs: nowMs });
    return;
  }
  draft.setAction(key, {
    state: 'done',
    ours,
    output,
    uncertain: null,
    quietUntilMs: null,
    dueAtMs: null,
    endedAtMs: nowMs,
  });
}

/** Nothing was sent. */
function needsPerson(draft: Draft, action: ActionRecord, call: 'apply' | 'revert', detail: string): void {
  const key = keyOf(action);
  const forward = call === 'apply';
  draft.live.sent.delete(key);
  // Turned round meanwhile: nobody has been asked to do it yet.
  if (forward && draft.position.direction === 'undo') draft.setAction(key, { state: 'planned', ours: false });
  else absorbByHand(draft, action, { found: forward ? 'before' : 'after', detail });
}

/** An effect failed, was refused, or nobody knows. */
export function absorbEffectFailed(
  draft: Draft,
  key: string,
  call: 'apply' | 'revert',
  failure: Failure,
  sentAtMs: number,
): void {
  const action = draft.action(key);
  const step = stepName(draft, action);
  const forward = call === 'apply';
  if (failure.class === 'unknown') {
    const { budget } = afterFailure(draft, action, step, failure);
    draft.setAction(key, {
      ...budget,
      ...errors(action, failure),
      state: forward ? 'unknown' : 'reverting',
      uncertain: call,
      quietUntilMs: Math.max(action.quietUntilMs ?? 0, sentAtMs + draft.facts.timeoutMs + draft.facts.lateMs),
      dueAtMs: draft.facts.nowMs,
    });
    return;
  }
  if (failure.class === 'invalid') {
    absorbRejected(draft, key, forward, failure);
    return;
  }
  const { budget, usedUp } = afterFailure(draft, action, step, failure);
  draft.live.sent.delete(key);
  const back = forward ? stillStands(action, 'planned') : ({ state: 'reverting' } as const);
  draft.setAction(key, { ...budget, ...errors(action, failure), ...back, underwayUntilMs: null });
  if (usedUp && draft.position.direction === (forward ? 'forward' : 'undo'))
    giveUp(draft, action, step, failure);
}

/** This call did nothing. One sent before it may stand all the same: a forced stop is refused while the graceful one works. */
const stillStands = (action: ActionRecord, otherwise: 'planned' | 'failed') =>
  action.uncertain === null ? { state: otherwise, ours: false } : { state: 'underway' as const };

function absorbRejected(draft: Draft, key: string, forward: boolean, failure: Failure): void {
  const action = draft.action(key);
  const endedAtMs = forward ? draft.facts.nowMs : null;
  const state = forward ? stillStands(action, 'failed') : ({ state: 'parked' } as const);
  draft.setAction(key, { ...errors(action, failure), ...state, endedAtMs, dueAtMs: null });
  if (forward && draft.position.direction === 'undo') return;
  reject(draft, what(action), stepName(draft, action), failure, action);
}

/** A read failed: nothing is known, nothing has changed. */
export function absorbReadFailed(draft: Draft, key: string, failure: Failure): void {
  const action = draft.action(key);
  const step = stepName(draft, action);
  const { budget, usedUp } = afterFailure(draft, action, step, failure);
  draft.setAction(key, { ...budget, ...errors(action, failure) });
  if (failure.class === 'invalid') reject(draft, what(action), step, failure, action);
  else if (usedUp) giveUp(draft, action, step, failure);
}
