import type { Draft } from './draft.js';
import { insideOutage } from './outage.js';
import type { ActionRecord, Window } from './position.js';
import { needsUndo, park } from './turn.js';

/** An outage begins only if the window leaves twice what its stops and starts may take: forward, and back if it goes wrong. */
const bothWays = 2;

/** Whether the operation may begin; says until when it waits. */
export function begins(draft: Draft): boolean {
  const notBeforeMs = draft.position.schedule?.notBeforeMs ?? null;
  if (notBeforeMs === null || notBeforeMs <= draft.facts.nowMs) return true;
  draft.waitUntil(notBeforeMs, { reason: 'schedule', detail: 'begins at its time', untilMs: notBeforeMs });
  return false;
}

/**
 * Whether a server that serves may be stopped now, forward or in the undo. Inside the outage nothing waits for a window:
 * the way on and the way back both restore the service.
 */
export function mayStop(draft: Draft, action: ActionRecord): boolean {
  const window = draft.position.schedule?.window ?? null;
  if (window === null || !stopsWhatServes(draft, action)) return true;
  const { nowMs } = draft.facts;
  if (nowMs < window.notBeforeMs) {
    const detail = `stopping "${action.spec.object.name}" waits for the window`;
    draft.waitUntil(window.notBeforeMs, { reason: 'window', detail, untilMs: window.notBeforeMs });
    return false;
  }
  if (nowMs + outageMs(draft, action) <= window.notAfterMs) return true;
  park(draft, missed(draft, action, window), action);
  return false;
}

/**
 * Going back, a start is undone by a stop, and a section that was closed is opened once more by the first of its actions
 * that is undone. Where it started nothing there is nothing to stop: that way back only restores service.
 */
function stopsWhatServes(draft: Draft, action: ActionRecord): boolean {
  if (draft.position.direction === 'forward')
    return action.spec.outage === 'opens' && !insideOutage(draft.position);
  const own = draft.actionsOf(action.position);
  return (
    action.spec.outage !== undefined &&
    own.some((other) => other.spec.kind === 'start' && needsUndo(other)) &&
    own.filter((other) => other.spec.outage === 'closes').every((other) => other.state === 'done')
  );
}

function outageMs(draft: Draft, action: ActionRecord): number {
  const changes = draft
    .actionsOf(action.position)
    .filter(({ spec }) => spec.kind === 'stop' || spec.kind === 'start');
  return bothWays * changes.reduce((sum, { spec }) => sum + (spec.underwayMs ?? 0), 0);
}

const missed = (draft: Draft, action: ActionRecord, { notAfterMs }: Window) => ({
  code: 'window-missed',
  detail: `the outage may take ${Math.ceil(outageMs(draft, action) / 1_000)} s there and back, and the window ends at ${new Date(notAfterMs).toISOString()}; reschedule it`,
  step: draft.stepAt(action.position).name,
});
