// One operation for each line, followed to its end, or to where it waits for a person or for its time.
import { Refused } from '../demo/api.mjs';
import { atOnce } from './at-once.mjs';

const parked = ['needs-attention', 'paused', 'awaiting-approval', 'waiting-for-task'];
const undone = ['failed', 'cancelled'];
/** How long one answer is held back: short, so that an interruption is not felt long. */
const waitS = 5;

/**
 * @param lines as they were planned
 * @param onChange gets `{ line, request, operation, outcome }` whenever something of a line has changed; outcome is null
 * while it runs, then `completed`, `scheduled`, `parked`, the state that it ended in, or `refused` with `detail`
 */
export function onboardAll(service, lines, { most, signal, onChange }) {
  return atOnce(most, lines, signal, async (one) => {
    try {
      let operation = await accepted(service, one);
      for (;;) {
        const outcome = outcomeOf(operation);
        onChange({ ...one, operation, outcome });
        if (outcome !== null) return;
        operation = await service.operation(operation.href, waitS);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      onChange({ ...one, operation: null, outcome: 'refused', detail: error.message });
    }
  });
}

/**
 * The operation of a line: the one that runs or has completed, or a new one. What an earlier run has seen fail is tried
 * again, under a key that follows from the failed operation: so that two runs at a time try once.
 */
async function accepted(service, { request, idempotencyKey, lastOperation }) {
  let key = idempotencyKey;
  for (;;) {
    const operation = await service.onboard(request, key);
    const isOfEarlier = undone.includes(operation.state) && operation.id <= lastOperation;
    if (!isOfEarlier) return operation;
    key = `${idempotencyKey}-after-${operation.id}`;
  }
}

function outcomeOf({ done, state, waitingFor }) {
  if (done) return state;
  if (parked.includes(state)) return 'parked';
  return ['schedule', 'window'].includes(waitingFor?.reason) ? 'scheduled' : null;
}
