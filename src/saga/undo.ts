import type { Draft } from './draft.js';
import { handOver } from './hand-over.js';
import type { ActionRecord, StepRecord } from './position.js';
import { isParked, keyOf } from './position.js';
import { end, needsUndo } from './turn.js';
import { mayStop } from './window.js';

/** What may be begun now on the way back: the last step first, its last stage first; the forward calls in the air end before. */
export function advanceUndo(draft: Draft): void {
  if (
    draft.live.asking !== null ||
    [...draft.live.calls.values()].some((call) => call === 'read' || call === 'apply')
  )
    return;
  for (const step of [...draft.position.steps].reverse()) {
    const actions = draft.actionsOf(step.position);
    const open = actions.filter(needsUndo);
    if (open.length > 0) {
      if (step.state !== 'undoing') draft.setStep(step.position, { state: 'undoing', endedAtMs: null });
      const stage = Math.max(...open.map((action) => action.spec.stage));
      const ofStage = open.filter((action) => action.spec.stage === stage);
      for (const action of ofStage) {
        if (!isParked(draft.position.state)) begin(draft, action);
      }
      handOver(draft, step, ofStage);
      return;
    }
    close(draft, step, actions);
  }
  if (draft.callsInTheAir) return;
  const { aim, leftBehind } = draft.position;
  end(draft, leftBehind.length > 0 ? 'abandoned' : aim === 'cancel' ? 'cancelled' : 'failed');
}

/** Nothing of the step stands any more. A step that only looks keeps its state; so does one that failed before its first effect. */
function close(draft: Draft, step: StepRecord, actions: readonly ActionRecord[]): void {
  const hadEffects = actions.some((action) => action.state === 'reverted');
  const undone =
    step.state === 'undoing' ||
    (step.state === 'failed' && hadEffects) ||
    (step.state === 'done' && actions.length > 0);
  if (!undone) return;
  if (actions.some((action) => action.state === 'parked')) {
    draft.setStep(step.position, { state: 'skipped', endedAtMs: draft.facts.nowMs });
    draft.emit('step.skipped', step.name);
    return;
  }
  draft.setStep(step.position, { state: 'undone', endedAtMs: draft.facts.nowMs });
  draft.emit('step.undone', step.name);
}

function begin(draft: Draft, action: ActionRecord): void {
  const key = keyOf(action);
  if (draft.live.calls.has(key) || draft.live.handed.has(key)) return;
  if (draft.live.seen.has(key)) {
    draft.call(key, 'revert');
    return;
  }
  if (action.state === 'parked' || !draft.isDue(action) || draft.full) return;
  if (action.state !== 'reverting') {
    if (!mayStop(draft, action)) return;
    draft.live.sent.delete(key);
    draft.setAction(key, {
      state: 'reverting',
      startedAtMs: draft.facts.nowMs,
      endedAtMs: null,
      underwayUntilMs: null,
      heldSinceMs: null,
      dueAtMs: null,
    });
  }
  draft.call(key, 'read-back');
}
