import { absorbAnswer } from './answers.js';
import { Draft } from './draft.js';
import type { Facts } from './facts.js';
import { advanceForward } from './forward.js';
import { isHalted } from './halted.js';
import { remind } from './hand-over.js';
import { measureInterruption } from './measure-interruption.js';
import type { Instruction, Outcome, SagaEvent } from './outcome.js';
import type { Position } from './position.js';
import { isEnded, isParked, keyOf } from './position.js';
import { absorbRead } from './read-back.js';
import { absorbEffected, absorbEffectFailed, absorbReadFailed } from './results.js';
import type { TaskChange } from './task.js';
import { needsUndo } from './turn.js';
import { madeUncertain } from './uncertain.js';
import { advanceUndo } from './undo.js';
import { standStill, unreadableCode } from './unreadable.js';
import { applyVerb } from './apply-verb.js';
import { waitsForOutage } from './verbs.js';
import { waiting } from './waiting.js';

export interface Decision {
  readonly position: Position;
  /** To be sent once `position` is durable. */
  readonly instructions: readonly Instruction[];
  readonly events: readonly SagaEvent[];
  readonly tasks: readonly TaskChange[];
  readonly changedSteps: ReadonlySet<number>;
  readonly changedActions: ReadonlySet<string>;
  /** Something has to be written down before the instructions are carried out. */
  readonly changed: boolean;
  /** When to decide again although nothing happened; null: when something happens. */
  readonly wakeAtMs: number | null;
  /** Nothing is in the air and nothing due: the operation is let go (ended, parked, or due later). */
  readonly idle: boolean;
}

/**
 * The engine's semantics: what follows from where an operation stands and what has happened.
 * Pure: no clock, no chance, no I/O; the same arguments give the same decision.
 */
export function decide(from: Position, outcomes: readonly Outcome[], facts: Facts): Decision {
  const draft = new Draft(from, facts);
  if (from.unreadable !== undefined) {
    standStill(draft, from.unreadable);
    return decisionOf(draft, null);
  }
  for (const outcome of outcomes) absorb(draft, outcome);
  if (draft.position.requestedVerb !== null) applyVerb(draft);
  remind(draft);
  if (
    !isEnded(draft.position.state) &&
    !isParked(draft.position.state) &&
    (draft.position.requestedVerb === null || waitsForOutage(draft.position)) &&
    !draft.live.releasing &&
    !isHalted(draft)
  ) {
    if (draft.position.direction === 'forward') advanceForward(draft);
    // Not "else": a run without effects that turns round ends in the same decision.
    if (draft.position.direction === 'undo' && draft.position.state === 'compensating') advanceUndo(draft);
  }
  if ((draft.live.releasing || isHalted(draft)) && !draft.callsInTheAir) handBack(draft);
  const wakeAtMs = waiting(draft);
  measureInterruption(draft);
  return decisionOf(draft, wakeAtMs);
}

const decisionOf = (draft: Draft, wakeAtMs: number | null): Decision => ({
  position: draft.position,
  instructions: draft.instructions,
  events: draft.events,
  tasks: draft.tasks,
  changedSteps: draft.changedSteps,
  changedActions: draft.changedActions,
  changed: draft.changed,
  wakeAtMs,
  idle: !draft.callsInTheAir && draft.instructions.length === 0,
});

function absorb(draft: Draft, outcome: Outcome): void {
  switch (outcome.type) {
    case 'claimed':
      return claimed(draft, outcome.callsUntilMs);
    case 'tick':
      return;
    case 'release':
      draft.live.releasing = true;
      return;
    case 'read':
      if (isLook(draft, outcome.key)) {
        draft.live.looked.set(outcome.key, outcome.seen);
        return;
      }
      if (relevant(draft, outcome.key)) absorbRead(draft, outcome.key, outcome.seen);
      return;
    case 'read-failed':
      if (isLook(draft, outcome.key)) {
        draft.live.looked.set(outcome.key, { cannotTell: outcome.failure.detail });
        return;
      }
      if (relevant(draft, outcome.key)) absorbReadFailed(draft, outcome.key, outcome.failure);
      return;
    case 'effected':
      return absorbEffected(draft, outcome.key, effectOf(draft, outcome.key), outcome.effected);
    case 'effect-failed':
      return absorbEffectFailed(
        draft,
        outcome.key,
        effectOf(draft, outcome.key),
        outcome.failure,
        outcome.sentAtMs,
      );
    default:
      return absorbAnswer(draft, outcome);
  }
}

/** The call is over; whether it was a look for a person. */
function isLook(draft: Draft, key: string): boolean {
  const call = draft.live.calls.get(key);
  draft.live.calls.delete(key);
  return call === 'look';
}

/** A read sent forward says nothing once the direction has turned: the undo reads for itself. */
function relevant(draft: Draft, key: string): boolean {
  const { state } = draft.action(key);
  if (draft.position.direction === 'undo') {
    if (state === 'started' && !draft.live.sent.has(key) && draft.action(key).uncertain === null) {
      draft.setAction(key, { state: 'planned', ours: false });
    }
    return draft.action(key).state === 'reverting';
  }
  return true;
}

function effectOf(draft: Draft, key: string): 'apply' | 'revert' {
  const call = draft.live.calls.get(key);
  draft.live.calls.delete(key);
  return call === 'revert' ? 'revert' : 'apply';
}

/** Ours now. A former owner's call may have been in the air: whatever was started is unknown until its quiet time. */
function claimed(draft: Draft, callsUntilMs: number | null): void {
  // Whoever held the locks has let go, or it is time to ask again.
  if (draft.position.waitingFor?.reason === 'lock') draft.setStep(0, { dueAtMs: null });
  // A task is opened when nothing is in the air, and until it is reported nothing is sent.
  const untilMs = callsUntilMs ?? unheardUntilMs(draft);
  if (untilMs === null || draft.position.state === 'waiting-for-task') return;
  for (const action of draft.position.actions) {
    if (action.state !== 'started' && action.state !== 'reverting') continue;
    draft.setAction(keyOf(action), madeUncertain(action, untilMs, draft.facts));
  }
  draft.operationChanged = true;
}

/** Parked unread and readable again: nobody could write down then what a former owner had in the air. */
const unheardUntilMs = ({ position }: Draft): number | null =>
  position.waitingFor?.code === unreadableCode ? position.updatedAtMs : null;

/** Nothing is in the air: an intent whose effect was never sent is taken back, so that nobody has to read it back. */
function handBack(draft: Draft): void {
  // What a person has in hand cannot be taken back.
  if (draft.position.state === 'waiting-for-task') return;
  for (const action of draft.position.actions) {
    const key = keyOf(action);
    if (
      action.state === 'started' &&
      action.uncertain === null &&
      !draft.live.sent.has(key) &&
      needsUndo(action)
    ) {
      draft.setAction(key, { state: 'planned', ours: false, attempts: action.attempts - 1 });
    }
  }
  draft.live.seen.clear();
  draft.live.handed.clear();
  draft.operationChanged = true;
}
