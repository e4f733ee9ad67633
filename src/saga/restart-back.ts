import { changedByOther } from './changed-by-other.js';
import type { Draft } from './draft.js';
import { isReported } from './hand-over.js';
import type { ActionRecord } from './position.js';
import { isSkipped, keyOf } from './position.js';
import { freshBudget, park } from './turn.js';

/**
 * Found running on the way back, it was started by others: before what it was stopped for was set back, or after. Nobody
 * knows, and nothing shows it. A person who reports the start has been asked for it after that was set back, and one who has left out
 * the stop before it has it left behind.
 */
export function mayRunAsSet(draft: Draft, action: ActionRecord): boolean {
  const start = startOf(draft, action);
  const isLeft = start !== undefined && isSkipped(start);
  if (action.seenAtRest || isReported(action, 'undo') || isLeft) return false;
  const isSetBack = (number: number): boolean =>
    draft.action(`${action.position}/${number}`).state === 'reverted';
  return (action.spec.stoppedFor ?? []).some(isSetBack);
}

/**
 * Takes back the start of the same object, whoever has sent it: what is stopped from here on comes up as it was before.
 * Once only, so that a platform that starts it after each stop does not keep the undo going.
 */
export function restart(draft: Draft, action: ActionRecord): void {
  const start = startOf(draft, action);
  if (start === undefined) return waitForPerson(draft, action);
  const { nowMs } = draft.facts;
  draft.live.sent.delete(keyOf(start));
  // Not `done`: inside the outage nothing waits for a window.
  draft.setAction(keyOf(start), {
    ...freshBudget,
    state: 'reverting',
    ours: true,
    uncertain: null,
    quietUntilMs: null,
    underwayUntilMs: null,
    heldSinceMs: null,
    startedAtMs: nowMs,
    endedAtMs: null,
  });
  draft.setAction(keyOf(action), {
    seenAtRest: true,
    uncertain: null,
    quietUntilMs: null,
    underwayUntilMs: null,
    dueAtMs: null,
  });
}

const startOf = (draft: Draft, { position, number }: ActionRecord): ActionRecord | undefined =>
  draft.actionsOf(position).find(({ spec }) => spec.restarts === number);

/** The operation was to leave it stopped: it has no start that could be taken back. */
function waitForPerson(draft: Draft, action: ActionRecord): void {
  const { error, errors } = changedByOther(
    draft,
    action,
    'it runs, and this operation has not started it; nobody knows whether it came up before or after what was set meanwhile was set back; stop it and send retry, and the undo starts it',
  );
  draft.setAction(keyOf(action), { ...errors, state: 'parked', uncertain: null, quietUntilMs: null });
  park(draft, error, action);
}
