import type { ActionObject, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { grant, imageOf } from './grant.js';
import type { cannotTell } from './rights.js';

/**
 * The entry as it was before the solution: of its former mask where it was there, else away.
 * @param masks `stood`: its mask of then, null where it was not there; `ours`: what the solution has set it to
 */
export function giveBack(
  object: ActionObject,
  account: { readonly type: number; readonly name: string; readonly dbid: Json },
  masks: {
    readonly found: number | null | typeof cannotTell;
    readonly stood: number | null;
    readonly ours: number;
  },
  stage: number,
): readonly PlannedAction[] {
  const { found, stood, ours } = masks;
  if (stood === null) return revoke(object, account, found, stage);
  // Somebody has taken it away or changed it since: that is not undone for them.
  return found === null || (typeof found === 'number' && found !== ours)
    ? []
    : grant(object, account, { found, wanted: stood }, stage);
}

/** Our entry away, unless it is gone already. */
export function revoke(
  object: ActionObject,
  account: { readonly type: number; readonly name: string; readonly dbid: Json },
  found: number | null | typeof cannotTell,
  stage: number,
): readonly PlannedAction[] {
  if (found === null) return [];
  return [
    { kind: 'revoke', object: { ...object, for: account }, before: imageOf(found), after: null, stage },
  ];
}
