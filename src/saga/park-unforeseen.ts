import type { Decision } from './decide.js';
import { droppedEvents } from './drop-verb.js';
import type { Facts } from './facts.js';
import type { Live, Position } from './position.js';
import { keyOf } from './position.js';
import { withdrawals } from './report.js';
import { madeUncertain } from './uncertain.js';

/**
 * Something unheard of: the operation is parked as its row stands. The answers of effects in the air are lost with it, and
 * so are those that were not written yet, so that nobody knows what they did; a waiting request is let go, because it may
 * be what cannot be carried out.
 * @param live of the process that meets it: what it has sent
 */
export function parkUnforeseen(
  from: Position,
  live: Live,
  detail: string,
  facts: Pick<Facts, 'nowMs' | 'timeoutMs' | 'lateMs'> | null,
): Decision {
  const changedActions = new Set<string>();
  const actions = from.actions.map((action) => {
    const sent = live.sent.has(keyOf(action)) && (action.state === 'started' || action.state === 'reverting');
    if (facts === null || !sent) return action;
    changedActions.add(keyOf(action));
    return { ...action, ...madeUncertain(action, facts.nowMs + facts.timeoutMs, facts) };
  });
  const position: Position = {
    ...from,
    actions,
    state: 'needs-attention',
    requestedVerb: null,
    error: from.error ?? { code: 'internal', detail, step: null },
    waitingFor: { reason: 'person', detail: `internal: ${detail}`, untilMs: null },
  };
  const { requestedVerb } = from;
  const dropped =
    requestedVerb === null
      ? []
      : droppedEvents(requestedVerb, `Something unforeseen parked the operation: ${detail}`);
  return {
    position,
    instructions: [],
    events: [...dropped, { type: 'operation.needs-attention' }],
    // An open task is nobody's any more: `retry` makes a new one.
    tasks: withdrawals(from, null, facts?.nowMs ?? from.updatedAtMs),
    changedSteps: new Set(),
    changedActions,
    changed: true,
    wakeAtMs: null,
    idle: true,
  };
}
