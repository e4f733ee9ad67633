import type { Json } from './json.js';
import type { Position } from './position.js';
import type { Outputs } from './reference.js';
import type { Refs } from './step.js';

/** What actions have put out so far, by `step/number`. */
export function outputsOf(position: Pick<Position, 'steps' | 'actions'>): Outputs {
  const outputs = new Map<string, Json>();
  for (const action of position.actions) {
    if (action.output === undefined) continue;
    outputs.set(`${position.steps[action.position]?.name ?? ''}/${action.number}`, action.output);
  }
  return outputs;
}

/** What the steps before this one found. */
export function refsBefore(position: Pick<Position, 'steps'>, step: number): Refs {
  return Object.assign({}, ...position.steps.slice(0, step).map((record) => record.refs)) as Refs;
}
