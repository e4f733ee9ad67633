import type { ActionState } from './action.js';
import type { ActionRecord, StepRecord, StepState } from './position.js';
import { keyOf } from './position.js';

const stepStates: Readonly<Record<StepState, true>> = {
  pending: true,
  running: true,
  done: true,
  failed: true,
  undoing: true,
  undone: true,
  skipped: true,
};
const actionStates: Readonly<Record<ActionState, true>> = {
  planned: true,
  started: true,
  underway: true,
  unknown: true,
  done: true,
  failed: true,
  reverting: true,
  reverted: true,
  parked: true,
};

/**
 * What everybody who reads an operation relies on; the images are compared and never looked into.
 * @throws Error naming the first thing that is not so
 */
export function checkProgress(
  stepNames: readonly string[],
  steps: readonly StepRecord[],
  actions: Iterable<ActionRecord>,
): void {
  if (steps.length !== stepNames.length) throw new Error(`there is no step ${steps.length - 1}`);
  for (const { position, state } of steps)
    if (!Object.hasOwn(stepStates, state)) throw new Error(`step ${position} has the state ${state}`);
  for (const action of actions) {
    const key = keyOf(action);
    const { object, kind, stage, before, after } = action.spec as Partial<ActionRecord['spec']>;
    if (steps[action.position] === undefined) throw new Error(`action ${key} belongs to no step`);
    if (!Object.hasOwn(actionStates, action.state))
      throw new Error(`action ${key} has the state ${action.state}`);
    if (typeof object?.name !== 'string' || typeof object.type !== 'number')
      throw new Error(`action ${key} names no object`);
    if (typeof kind !== 'string' || typeof stage !== 'number')
      throw new Error(`action ${key} has no kind or stage`);
    if (before === undefined || after === undefined)
      throw new Error(`action ${key} has no before-image or no after-image`);
  }
}
