import type { Halts } from '../../saga/halts.js';
import { insideOutage } from '../../saga/outage.js';
import type { Position } from '../../saga/position.js';
import { isEnded, isParked } from '../../saga/position.js';

/**
 * Operations of a target that is halted are not taken, so their rows do not say so: it is said when they are read. Whoever waits
 * for its time, its window or a lock waits for that first.
 */
export function sayingHalt(position: Position, halts: Halts): Position {
  const { waitingFor, state, target } = position;
  const halt = halts.ofService() ?? halts.of(target) ?? halts.elsewhere(target);
  if (halt === null || isEnded(state) || isParked(state) || insideOutage(position)) return position;
  if (waitingFor !== null && waitingFor.reason !== 'target' && waitingFor.reason !== 'retry') return position;
  return { ...position, waitingFor: { reason: 'target', detail: halt.detail, untilMs: halt.untilMs } };
}
