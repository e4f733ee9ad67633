import type { SagaPlan } from './plan-saga.js';
import type { Position } from './position.js';

/** Where a plan that waits for its approval can be read. */
export abstract class PlanKeeper {
  /** @returns its id; that of the plan which was asked for where it is the same */
  abstract keep(position: Position, plan: SagaPlan): Promise<string>;
}
