import type { Decision } from './decide.js';
import type { Position } from './position.js';

/**
 * Whether the operation may go on before this decision is written: only questions follow from it, and a question changes
 * nothing. What they answer is written together with it, in one commit with the intent of the next effect; a crash in
 * between leaves what was before, as a crash between a call and its commit always does. Locks that the row says are held
 * are let go by a commit, so they are not asked for anew before it.
 * @param durable where the row stands
 * @param longEnough who watches the operation should see where it stands
 */
export function mayHold(decision: Decision, durable: Position, longEnough: boolean): boolean {
  if (decision.idle) return false;
  // Locks are taken under a lock on the operation's row: a commit beside it would only wait, or deadlock in a batch.
  if (longEnough && decision.position.live.asking !== 'lock') return false;
  return decision.instructions.every(
    ({ do: what }) => what !== 'apply' && what !== 'revert' && !(what === 'lock' && durable.locksHeld),
  );
}

/** What is held and what followed, as one decision to be written. */
export function withHeld(held: Decision | null, decision: Decision): Decision {
  if (held === null) return decision;
  return {
    ...decision,
    events: [...held.events, ...decision.events],
    tasks: [...held.tasks, ...decision.tasks],
    changedSteps: new Set([...held.changedSteps, ...decision.changedSteps]),
    changedActions: new Set([...held.changedActions, ...decision.changedActions]),
    changed: true,
  };
}
