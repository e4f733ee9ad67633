import type { PlannedAction } from '../../src/saga/action.js';
import type { Json } from '../../src/saga/json.js';
import type { ActionRecord, Position } from '../../src/saga/position.js';
import type { Verb } from '../../src/saga/verbs.js';
import type { ScriptedTarget } from './scripted-target.js';

/** What the target must hold once an operation has ended; a person's word stands for what was found when it was given. */
export function judgeEnd({ state, actions, leftBehind }: Position, target: ScriptedTarget): string[] {
  const recordOf = ({ object }: PlannedAction): ActionRecord | undefined =>
    actions.find(({ spec }) => spec.object.name === object.name);
  const done = (action: PlannedAction): Json => {
    const marked = recordOf(action)?.marked ?? null;
    return marked === null ? action.after : marked.image;
  };
  const undone = (action: PlannedAction): Json => {
    const marked = recordOf(action)?.marked;
    return marked?.direction === 'undo' ? marked.image : action.before;
  };
  if (state === 'completed') return target.differsFrom(done).map((said) => `completed, but ${said}`);
  const said = new Set(leftBehind.map(({ object }) => object.name));
  return target
    .differsFrom((action) =>
      said.has(action.object.name) ? (target.values.get(action.object.name) ?? null) : undone(action),
    )
    .map((found) => `${state}, but ${found}, and it is not said to be left behind`);
}

/** Once something that cannot be taken back has landed, the run goes forward or is given up: nothing is undone any more. */
export function judgeIrreversible({ state, direction }: Position, target: ScriptedTarget): string[] {
  if (!target.irreversibleLanded) return [];
  const ends = ['completed', 'abandoned'];
  return [
    ...target.undoneAfterIrreversible.map(
      (name) => `${name} was undone after something irreversible had landed`,
    ),
    ...(ends.includes(state) ? [] : [`${state} after something irreversible had landed`]),
    ...(direction === 'forward' ? [] : ['turned round after something irreversible had landed']),
  ];
}

/** Ends that come about by a request only. */
const askedFor: Readonly<Record<string, readonly Verb[]>> = {
  cancelled: ['cancel'],
  abandoned: ['abandon', 'skip'],
};

/** @param results of requests, `<verb> applied` among them */
export const judgeAsked = ({ state }: Position, results: readonly string[]): string[] =>
  (askedFor[state] ?? [`nothing`]).some((verb) => verb === 'nothing' || results.includes(`${verb} applied`))
    ? []
    : [`${state} although nobody asked for it`];
