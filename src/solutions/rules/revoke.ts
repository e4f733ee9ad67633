import type { ActionObject, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { grant, imageOf } from './grant.js';
import type { cannotTell } from './rights.js';

/**
 * The entry as it was before the solution: of its former mask where it was there, else away.
 * @param stood its mask of then; null where it was not there
 */
export function giveBack(
  object: ActionObject,
  account: { readonly type: number; readonly name: string; readonly dbid: Json },
  masks: { readonly found: number | null | typeof cannotTell; readonly stood: number | null },
  stage: number,
): readonly PlannedAction[] {
  const { found, stood } = masks;
  if (stood === null) return revoke(object, account, found, stage);
  // Somebody has taken it away since: that is not undone for them.
  return found === null ? [] : grant(object, account, { found, wanted: stood }, stage);
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
