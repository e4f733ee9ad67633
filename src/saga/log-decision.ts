import type { Logger } from 'pino';
import type { Decision } from './decide.js';
import type { Position } from './position.js';
import { keyOf } from './position.js';

/** One line per event of the operation and one per attempt that failed, with the ids that find everything else. */
export function logDecision(log: Logger, position: Position, decision: Decision): void {
  const ids = {
    operation: position.id,
    solution: position.solutionId,
    target: position.target,
    tenant: position.tenant,
    key: position.key,
  };
  for (const event of decision.events) {
    log.info({ ...ids, event: event.type, step: event.step, state: position.state }, event.type);
  }
  for (const action of position.actions) {
    if (!decision.changedActions.has(keyOf(action))) continue;
    const { kind, object } = action.spec;
    const fields = {
      ...ids,
      step: position.steps[action.position]?.name,
      kind,
      object: object.name,
      state: action.state,
      attempts: action.attempts,
    };
    if (
      action.lastError !== null &&
      ['planned', 'unknown', 'failed', 'reverting', 'parked'].includes(action.state)
    ) {
      log.warn({ ...fields, failure: action.lastError }, 'an attempt failed');
    } else log.debug(fields, 'action');
  }
}
