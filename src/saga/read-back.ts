import type { Draft } from './draft.js';
import type { Seen } from './effect.js';
import type { Json } from './json.js';
import { beforeOf } from './before-image.js';
import { absorbByHand, isReported, noteCheck } from './hand-over.js';
import { changedByOther } from './changed-by-other.js';
import { canonical, sameJson } from './json.js';
import type { ActionRecord, Failure } from './position.js';
import { keyOf } from './position.js';
import { afterOf } from './mark-done.js';
import { noteSeenDown } from './measure-interruption.js';
import { outputsOf } from './outputs.js';
import { resolve } from './reference.js';
import { mayRunAsSet, restart } from './restart-back.js';
import { afterFailure, giveUp, park, turnRound } from './turn.js';

type SeenImage = Extract<Seen, { readonly image: Json }>;
type Match = 'before' | 'after' | 'underway' | 'other';

function match(draft: Draft, action: ActionRecord, image: Json, underway: boolean): Match {
  const outputs = outputsOf(draft.position);
  if (underway) return 'underway';
  const before = beforeOf(action, outputs);
  const isBefore = before !== null && sameJson(image, before.image);
  const isAfter = sameJson(image, afterOf(action, outputs));
  if (isBefore && isAfter) return draft.position.direction === 'forward' ? 'after' : 'before';
  return isAfter ? 'after' : isBefore ? 'before' : 'other';
}

/** Nobody could see what it held when it was planned, and now it shows. */
function learnBefore(draft: Draft, action: ActionRecord, image: Json): ActionRecord {
  const outputs = outputsOf(draft.position);
  const isOpen = draft.position.direction === 'forward' && beforeOf(action, outputs) === null;
  if (!isOpen || sameJson(image, resolve(action.spec.after, outputs))) return action;
  return draft.setAction(keyOf(action), { output: { before: image, reported: false } });
}

/** What an action's part of its object holds now: done already, to be done, on its way, or somebody else's hand. */
export function absorbRead(draft: Draft, key: string, seen: Seen): void {
  if ('cannotTell' in seen) {
    absorbByHand(draft, draft.action(key), { found: 'cannot-tell', detail: seen.cannotTell });
    return;
  }
  const action =
    seen.underway === true ? draft.action(key) : learnBefore(draft, draft.action(key), seen.image);
  const matched = match(draft, action, seen.image, seen.underway === true);
  if (matched !== 'underway')
    noteCheck(draft, action, { found: matched, detail: `it holds ${canonical(seen.image)}` });
  if (action.spec.service === 'lost' && (matched === 'underway' || matched === 'after')) noteSeenDown(draft);
  if (draft.position.direction === 'forward') readForward(draft, action, matched, seen);
  else readBackward(draft, action, matched, seen);
}

const neverSent = (draft: Draft, action: ActionRecord): boolean =>
  action.uncertain === null &&
  action.attempts <= 1 &&
  action.state === 'started' &&
  !draft.live.sent.has(keyOf(action));

/** A proof of the right to write is in its answer: its image is there before and after, so reading proves nothing. */
const mustBeSent = (action: ActionRecord): boolean =>
  action.spec.always === true && action.state !== 'underway';

/** Asked after the quiet time: what was asked before it and answered after it may have missed what landed in between. */
const quiet = (draft: Draft, action: ActionRecord, seen: SeenImage): boolean =>
  (seen.atMs ?? draft.facts.nowMs) >= (action.quietUntilMs ?? 0);

const uncertainOf = (action: ActionRecord, call: 'apply' | 'revert'): boolean =>
  action.uncertain === call || action.uncertain === 'both';

/** Looks once more before the quiet time is over: it may turn up earlier. */
function lookAgain(draft: Draft, action: ActionRecord): void {
  const dueAtMs = Math.min(
    action.quietUntilMs ?? draft.facts.nowMs,
    draft.facts.nowMs + Math.max(draft.facts.pollMs, 500),
  );
  draft.setAction(keyOf(action), { dueAtMs });
}

function readForward(draft: Draft, action: ActionRecord, matched: Match, seen: SeenImage): void {
  const key = keyOf(action);
  const { nowMs } = draft.facts;
  if (matched === 'underway') return underway(draft, action, seen);
  if (matched === 'after' && !mustBeSent(action)) return settle(draft, action, seen.output);
  if (matched === 'other') return drift(draft, action, seen.image);
  if (uncertainOf(action, 'apply') && !quiet(draft, action, seen)) return lookAgain(draft, action);
  if (action.state === 'underway') {
    const reported = isReported(action, 'forward');
    const detail = reported
      ? `it was reported as done, but it holds ${canonical(seen.image)}`
      : `the target took it, but it came back to ${canonical(seen.image)}`;
    draft.setAction(key, {
      state: 'planned',
      ours: false,
      uncertain: null,
      quietUntilMs: null,
      underwayUntilMs: null,
      heldSinceMs: null,
    });
    return failed(draft, action, detail, reported ? 'report-contradicted' : action.spec.failsWith);
  }
  if (action.state !== 'started') {
    if (usedUp(draft, action)) {
      draft.setAction(key, { state: 'planned', ours: false, uncertain: null, quietUntilMs: null });
      return giveUp(draft, action, draft.stepAt(action.position).name, action.lastError ?? lost);
    }
    // Not there and no call of ours can land any more: send it again, after a new intent.
    draft.live.sent.delete(key);
    draft.setAction(key, {
      state: 'started',
      ours: true,
      attempts: action.attempts + 1,
      startedAtMs: nowMs,
      uncertain: null,
      quietUntilMs: null,
      underwayUntilMs: null,
      dueAtMs: null,
    });
  }
  draft.live.seen.set(key, seen);
}

/** It holds the after-image. Found so without having been tried, it is not ours, unless an action of ours can have caused it. */
function settle(draft: Draft, action: ActionRecord, output: Json | undefined): void {
  const key = keyOf(action);
  const { nowMs } = draft.facts;
  const caused = (action.spec.causedBy ?? []).some(
    (number) => draft.action(`${action.position}/${number}`).ours,
  );
  const ours = ((action.ours && !neverSent(draft, action)) || caused) && action.spec.always !== true;
  if (!ours && action.spec.restarts !== undefined)
    return startedByOthers(draft, action, action.spec.restarts);
  const held = { ours, output: output ?? action.output, uncertain: null, quietUntilMs: null } as const;
  const holdMs = ours ? (action.spec.holdMs ?? 0) : 0;
  const since = action.heldSinceMs ?? nowMs;
  if (nowMs - since < holdMs)
    draft.setAction(key, { ...held, state: 'underway', heldSinceMs: since, dueAtMs: since + holdMs });
  else draft.setAction(key, { ...held, state: 'done', dueAtMs: null, endedAtMs: nowMs });
}

/** Between the images: wait up to the object's own time-out, then count a failure or send it once more (a forced stop). */
function underway(draft: Draft, action: ActionRecord, seen: SeenImage): void {
  const key = keyOf(action);
  const { nowMs, pollMs } = draft.facts;
  const forward = draft.position.direction === 'forward';
  const untilMs = action.underwayUntilMs ?? nowMs + (action.spec.underwayMs ?? 0);
  if (nowMs < untilMs) {
    const ours = forward && neverSent(draft, action) ? false : action.ours;
    // What is uncertain stays so until its quiet time: it may be another call that is on its way.
    draft.setAction(key, {
      state: forward ? 'underway' : 'reverting',
      ours,
      underwayUntilMs: untilMs,
      heldSinceMs: null,
      dueAtMs: nowMs + pollMs,
    });
    return;
  }
  if (action.spec.overdue === 'apply-again' && action.failures === 0) {
    // The call sent before still works on the object: it stays uncertain, so that nothing that befalls the second call hides the first.
    const sent = forward
      ? ({ state: 'started', ours: true, uncertain: 'apply' } as const)
      : ({ uncertain: 'revert' } as const);
    const quietUntilMs = nowMs + draft.facts.timeoutMs + draft.facts.lateMs;
    draft.setAction(key, {
      ...sent,
      quietUntilMs,
      attempts: action.attempts + 1,
      failures: 1,
      firstFailedAtMs: nowMs,
      startedAtMs: nowMs,
      underwayUntilMs: null,
      dueAtMs: null,
    });
    draft.live.seen.set(key, seen);
    return;
  }
  draft.setAction(key, { underwayUntilMs: nowMs + (action.spec.underwayMs ?? 0) });
  failed(draft, action, `it is still on its way after ${Math.round((action.spec.underwayMs ?? 0) / 1000)} s`);
}

function readBackward(draft: Draft, action: ActionRecord, matched: Match, seen: SeenImage): void {
  const key = keyOf(action);
  const { nowMs } = draft.facts;
  if (matched === 'underway') return underway(draft, action, seen);
  if (matched === 'other') return drift(draft, action, seen.image);
  if (matched === 'before') {
    if (uncertainOf(action, 'apply') && !quiet(draft, action, seen)) return lookAgain(draft, action);
    if (mayRunAsSet(draft, action)) return restart(draft, action);
    draft.setAction(key, {
      state: 'reverted',
      uncertain: null,
      quietUntilMs: null,
      dueAtMs: null,
      endedAtMs: nowMs,
    });
    return;
  }
  if (action.spec.stoppedFor !== undefined && !action.seenAtRest) draft.setAction(key, { seenAtRest: true });
  if (uncertainOf(action, 'revert') && !quiet(draft, action, seen)) return lookAgain(draft, action);
  if (isReported(action, 'undo')) {
    draft.setAction(key, { uncertain: null });
    const detail = `it was reported as undone, but it holds ${canonical(seen.image)}`;
    return failed(draft, action, detail, 'report-contradicted');
  }
  const settled = {
    uncertain: null,
    quietUntilMs: null,
    underwayUntilMs: null,
    output: seen.output ?? action.output,
  };
  draft.setAction(key, settled);
  if (draft.live.sent.has(key) && action.underwayUntilMs !== null) {
    draft.live.sent.delete(key);
    return failed(draft, action, `the target took the undo, but it came back to ${canonical(seen.image)}`);
  }
  if (usedUp(draft, action))
    return giveUp(draft, action, draft.stepAt(action.position).name, action.lastError ?? lost);
  draft.live.seen.set(key, seen);
}

const lost: Failure = { class: 'unknown', detail: 'the answer was lost each time' };

/** Lost answers cost attempts too, but are read back before they end the run. */
function usedUp(draft: Draft, action: ActionRecord): boolean {
  const policy = draft.facts.retry(draft.stepAt(action.position).name);
  const forward = draft.position.direction === 'forward';
  const failingMs = action.firstFailedAtMs === null ? 0 : draft.facts.nowMs - action.firstFailedAtMs;
  return (
    action.failures >= (forward ? policy.attempts : policy.attemptsBack) ||
    failingMs >= (forward ? policy.totalMs : policy.totalBackMs)
  );
}

function failed(draft: Draft, action: ActionRecord, detail: string, code = action.spec.failsWith): void {
  const key = keyOf(action);
  const step = draft.stepAt(action.position).name;
  const failure: Failure = { class: 'transient', detail, ...(code === undefined ? {} : { code }) };
  const { budget, usedUp: over } = afterFailure(draft, action, step, failure);
  draft.setAction(key, { ...budget, firstError: action.firstError ?? failure, lastError: failure });
  if (over) giveUp(draft, draft.action(key), step, failure);
}

/** By a person, or by the platform itself: before or after what was set meanwhile, nobody knows. */
function startedByOthers(draft: Draft, action: ActionRecord, stop: number): void {
  const { error, errors } = changedByOther(
    draft,
    action,
    'it runs again, and this operation has not started it; nobody knows whether it came up before or after what was set meanwhile; somebody else, or the platform itself, has started it',
  );
  const ours = stop > 0 && draft.action(`${action.position}/${stop}`).ours;
  draft.setAction(keyOf(action), {
    ...errors,
    state: ours ? 'done' : 'failed',
    ours,
    uncertain: null,
    quietUntilMs: null,
    endedAtMs: draft.facts.nowMs,
  });
  turnRound(draft, 'fail', error, action);
}

/** Neither image: somebody else's hand. Nothing is overwritten. */
function drift(draft: Draft, action: ActionRecord, image: Json): void {
  const key = keyOf(action);
  const outputs = outputsOf(draft.position);
  const [before, after] = [
    canonical(beforeOf(action, outputs)?.image ?? action.spec.before),
    canonical(afterOf(action, outputs)),
  ];
  const { error, errors } = changedByOther(
    draft,
    action,
    `it holds ${canonical(image)}, which is neither what was there before (${before}) nor what this operation makes of it (${after}); somebody else has changed it`,
  );
  if (draft.position.direction === 'undo') {
    draft.setAction(key, { ...errors, state: 'parked' });
    park(draft, error, action);
    return;
  }
  draft.setAction(key, neverSent(draft, action) ? { ...errors, state: 'failed', ours: false } : errors);
  turnRound(draft, 'fail', error, action);
}
