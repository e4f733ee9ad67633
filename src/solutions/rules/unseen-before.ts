import type { PlannedAction } from '../../saga/action.js';
import { isReference, knownAfter } from '../../saga/reference.js';

/**
 * Before-image of what no driver of the target can see: whoever does the action writes it down, so that it is known after
 * the action itself.
 */
export const unseenBefore = knownAfter('', 0);

const isUnseen = ({ before }: PlannedAction): boolean =>
  isReference(before) && before.knownAfter === unseenBefore.knownAfter;

/**
 * The actions of a step with such before-images named after the actions themselves; and a start that follows the stop of
 * the same server is left out where that one found it stopped, since it was not seen to run.
 * @param asFound servers shall run afterwards as they were found
 */
export function namedBefores(
  actions: readonly PlannedAction[],
  step: string,
  { asFound }: { readonly asFound: boolean } = { asFound: false },
): readonly PlannedAction[] {
  return actions.map((action, index) => ({
    ...action,
    ...(isUnseen(action) ? { before: knownAfter(step, index + 1) } : {}),
    ...(asFound && action.kind === 'start' ? onlyAfterStop(actions, index) : {}),
  }));
}

function onlyAfterStop(actions: readonly PlannedAction[], start: number): { readonly onlyIfOurs?: number } {
  const stop = actions.findLastIndex(
    (action, index) =>
      index < start && action.kind === 'stop' && action.object.dbid === actions[start]?.object.dbid,
  );
  const stopped = actions[stop];
  return stopped !== undefined && isUnseen(stopped) ? { onlyIfOurs: stop + 1 } : {};
}
