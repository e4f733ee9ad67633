import type { Draft } from './draft.js';
import { insideOutage } from './outage.js';
import { isEnded, isParked } from './position.js';
import { needsUndo } from './turn.js';

/**
 * Whether this operation begins nothing now. Inside its outage it goes on until service is restored, and an undo that has
 * nothing to undo ends without asking the target.
 */
export function isHalted(draft: Draft): boolean {
  const { position, facts } = draft;
  if (facts.halt == null || isEnded(position.state) || isParked(position.state)) return false;
  if (position.direction === 'undo' && !position.actions.some(needsUndo)) return false;
  return !insideOutage(position);
}

/**
 * Says why, and that it is known: a process for which the target is halted does not take it again. Who waits for locks goes on
 * saying so, since that is how it is known to inspect again.
 */
export function sayHalt(draft: Draft): void {
  const { waitingFor } = draft.position;
  const { detail = '', untilMs = null } = draft.facts.halt ?? {};
  const said =
    waitingFor?.reason === 'lock'
      ? { ...waitingFor, halted: true as const }
      : { reason: 'target' as const, detail, untilMs, halted: true as const };
  if (JSON.stringify(said) !== JSON.stringify(waitingFor)) draft.set({ waitingFor: said });
}
