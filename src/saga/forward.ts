import { agreedDigest, isAgreed } from './approval.js';
import type { Draft } from './draft.js';
import type { Seen } from './effect.js';
import { isFresh } from './effect.js';
import { handOver } from './hand-over.js';
import type { ActionRecord, StepRecord } from './position.js';
import { isParked, keyOf } from './position.js';
import { absorbRead } from './read-back.js';
import { end } from './turn.js';
import { begins, mayStop } from './window.js';

/** What may be begun now on the way forward. Looks at the position only, so it may be asked at any time. */
export function advanceForward(draft: Draft): void {
  if (draft.position.state === 'queued') {
    if (!begins(draft)) return;
    draft.set({ state: 'running', startedAtMs: draft.position.startedAtMs ?? draft.facts.nowMs });
    draft.emit('operation.started');
  }
  for (;;) {
    const step = draft.position.steps.find(
      (record) => record.state === 'pending' || record.state === 'running',
    );
    if (step === undefined) {
      if (!draft.callsInTheAir) end(draft, 'completed');
      return;
    }
    if (step.state === 'pending' && !mayBegin(draft, step)) return;
    const running =
      step.state === 'running'
        ? step
        : draft.setStep(step.position, { state: 'running', startedAtMs: draft.facts.nowMs });
    if (!running.planned) {
      observe(draft, running);
      return;
    }
    if (!carryOut(draft, running)) return;
    draft.setStep(step.position, { state: 'done', endedAtMs: draft.facts.nowMs, dueAtMs: null });
    draft.emit('step.completed', step.name);
  }
}

/** Agreement before the locks, locks before the second step, and the agreed plan compared once more under them. */
function mayBegin(draft: Draft, step: StepRecord): boolean {
  if (step.position === 0) return true;
  if (draft.live.asking !== null || !isAgreed(draft, step)) return false;
  const inspect = draft.stepAt(0);
  if (!draft.position.locksHeld && inspect.locks.length > 0) {
    if (draft.isDue(inspect)) {
      draft.live.asking = 'lock';
      draft.instructions.push({ do: 'lock', names: [...inspect.locks].sort() });
    }
    return false;
  }
  if (step.position === 1 && agreedDigest(draft.position) !== null && !draft.live.planChecked) {
    if (draft.isDue(step)) {
      draft.live.asking = 'check-plan';
      draft.instructions.push({ do: 'check-plan' });
    }
    return false;
  }
  return true;
}

function observe(draft: Draft, step: StepRecord): void {
  if (draft.live.asking !== null || !draft.isDue(step)) return;
  draft.live.asking = 'observe';
  draft.instructions.push({ do: 'observe', step: step.position });
}

/** Works on the lowest unfinished stage. @returns true when every action of the step is done */
function carryOut(draft: Draft, step: StepRecord): boolean {
  for (;;) {
    const open = draft.actionsOf(step.position).filter((action) => action.state !== 'done');
    if (open.length === 0) return true;
    const stage = Math.min(...open.map((action) => action.spec.stage));
    const now = open.filter((action) => action.spec.stage === stage);
    for (const action of now) if (goesOn(draft)) begin(draft, step, action);
    if (!goesOn(draft)) return false;
    const left = now.filter((action) => draft.action(keyOf(action)).state !== 'done');
    // What was seen while planning may settle a whole stage without a call; the next one begins then.
    if (left.length === 0) continue;
    handOver(draft, step, left);
    return false;
  }
}

const goesOn = ({ position }: Draft): boolean =>
  position.direction === 'forward' && !isParked(position.state);

function begin(draft: Draft, step: StepRecord, action: ActionRecord): void {
  const key = keyOf(action);
  if (draft.live.calls.has(key) || draft.live.handed.has(key)) return;
  if (draft.live.seen.has(key)) {
    draft.call(key, 'apply');
    return;
  }
  if (!draft.isDue(action) || draft.full) return;
  if (action.state !== 'planned') {
    draft.call(key, 'read');
    return;
  }
  if (nothingToTakeBack(draft, action)) {
    draft.setAction(key, { state: 'done', endedAtMs: draft.facts.nowMs });
    return;
  }
  if (!mayStop(draft, action)) return;
  if (action.spec.outage === 'opens' && draft.live.gated !== step.position) {
    // The door of the outage: inspection and isolation are asked again before the first stop.
    if (draft.live.asking === null && draft.isDue(step)) {
      draft.live.asking = 'gate';
      draft.instructions.push({ do: 'gate', step: step.position });
    }
    return;
  }
  draft.live.sent.delete(key);
  draft.setAction(key, {
    state: 'started',
    ours: true,
    attempts: action.attempts + 1,
    startedAtMs: draft.facts.nowMs,
    dueAtMs: null,
    uncertain: null,
    quietUntilMs: null,
    underwayUntilMs: null,
    heldSinceMs: null,
  });
  const foreseen = foreseenOf(draft, key);
  if (foreseen === null) {
    draft.call(key, 'read');
    return;
  }
  absorbRead(draft, key, foreseen);
  if (draft.live.seen.has(key)) draft.call(key, 'apply');
}

/** What was seen while planning, once, and only while it is as good as a read. */
function foreseenOf(draft: Draft, key: string): Seen | null {
  const seen = draft.live.foreseen.get(key);
  draft.live.foreseen.delete(key);
  return seen !== undefined && isFresh(seen, draft.facts.nowMs) ? seen : null;
}

/** What this action takes back was found so already: a server that did not run is not started. */
function nothingToTakeBack(draft: Draft, { position, spec }: ActionRecord): boolean {
  if (spec.onlyIfOurs === undefined) return false;
  const before = draft.action(keyOf({ position, number: spec.onlyIfOurs }));
  return before.state === 'done' && !before.ours;
}
