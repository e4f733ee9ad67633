import type { Facts } from './facts.js';
import type { ActionRecord } from './position.js';

/** A call of this action may be in the air until `callsUntilMs` and nobody will hear its answer: unknown until its quiet time. */
export function madeUncertain(
  action: ActionRecord,
  callsUntilMs: number,
  facts: Pick<Facts, 'timeoutMs' | 'lateMs'>,
): Partial<ActionRecord> {
  const callsEndAtMs = Math.max(callsUntilMs, (action.startedAtMs ?? 0) + facts.timeoutMs);
  const quietUntilMs = Math.max(action.quietUntilMs ?? 0, callsEndAtMs + facts.lateMs);
  if (action.state === 'started') {
    return { state: 'unknown', uncertain: 'apply', quietUntilMs, dueAtMs: null };
  }
  // Nothing was sent for what a person has reported.
  if (action.uncertain === 'reported-back') return {};
  const applyToo = action.uncertain === 'apply' || action.uncertain === 'both';
  return { uncertain: applyToo ? 'both' : 'revert', quietUntilMs, dueAtMs: null };
}
