import type { Draft } from './draft.js';
import { isHalted, sayHalt } from './halted.js';
import type { ActionRecord, WaitingFor } from './position.js';
import { isEnded, isParked, keyOf } from './position.js';
import { needsUndo } from './turn.js';
import { waitsForTarget } from './retry.js';

/** Waits shorter than this are nobody's business: they are not written down. */
const saidFromMs = 1_000;

/** When something is due although nothing happens, and, where that is a while, what is said about it. */
export function waiting(draft: Draft): number | null {
  const { position, facts } = draft;
  if (position.state === 'waiting-for-task') return position.waitingFor?.reminder?.atMs ?? null;
  if (isEnded(position.state) || isParked(position.state)) return null;
  const busy = draft.callsInTheAir;
  // Handed back with things to begin, which have no due time: whoever takes it decides what is due.
  if (draft.live.releasing && !busy) return facts.nowMs;
  if (!busy && isHalted(draft)) {
    sayHalt(draft);
    return null;
  }
  const next = nextDue(draft);
  if (busy) {
    if (position.waitingFor !== null && draft.changed && draft.live.asking !== 'lock')
      draft.set({ waitingFor: null });
    return next?.dueAtMs ?? null;
  }
  // Whoever waits for a lock goes on saying so until it is granted: it is how it is known to inspect again.
  const isSaid = next?.waiting.reason === 'lock' || (next?.dueAtMs ?? 0) - facts.nowMs >= saidFromMs;
  const said = isSaid ? (next?.waiting ?? null) : null;
  if (JSON.stringify(said) !== JSON.stringify(position.waitingFor)) draft.set({ waitingFor: said });
  return next?.dueAtMs ?? null;
}

/** What is due already and was not begun waits for something else: it must not wake us again and again. */
function nextDue(draft: Draft): { dueAtMs: number; waiting: WaitingFor } | null {
  const { position } = draft;
  const dues = [...draft.waits];
  for (const step of position.steps) {
    if (step.dueAtMs === null || position.direction === 'undo' || step.state === 'failed') continue;
    const said = goingOn(position.waitingFor) ?? {
      reason: 'target' as const,
      detail: `${step.name} looks again`,
      untilMs: step.dueAtMs,
    };
    dues.push({ dueAtMs: step.dueAtMs, waiting: said });
  }
  for (const action of position.actions) {
    if (action.dueAtMs === null || action.state === 'done' || action.state === 'reverted') continue;
    if (draft.live.calls.has(keyOf(action))) continue;
    if (position.direction === 'undo' && !needsUndo(action)) continue;
    dues.push({ dueAtMs: action.dueAtMs, waiting: sayWhy(action) });
  }
  dues.sort((a, b) => a.dueAtMs - b.dueAtMs);
  return (
    dues.find((due) => due.dueAtMs > draft.facts.nowMs) ?? (draft.callsInTheAir ? null : (dues[0] ?? null))
  );
}

/** What was said before a halt that is over went with it; only who waits for locks is still known by it. */
function goingOn(said: WaitingFor | null): WaitingFor | null {
  if (said?.halted !== true) return said;
  const { halted: _over, ...rest } = said;
  return rest.reason === 'lock' ? rest : null;
}

function sayWhy(action: ActionRecord): WaitingFor {
  const what = `${action.spec.kind} "${action.spec.object.name}"`;
  const untilMs = action.dueAtMs;
  if (action.uncertain !== null && action.state !== 'underway') {
    return {
      reason: 'target',
      detail: `${what}: the answer was lost; reading back until it is certain`,
      untilMs: action.quietUntilMs,
    };
  }
  if (action.state === 'underway' || action.underwayUntilMs !== null) {
    return { reason: 'target', detail: `${what}: under way`, untilMs: action.underwayUntilMs ?? untilMs };
  }
  const why = action.lastError?.detail ?? 'due later';
  const waits = action.lastError !== null && waitsForTarget.has(action.lastError.class);
  return { reason: waits ? 'target' : 'retry', detail: `${what}: ${why}`, untilMs };
}
