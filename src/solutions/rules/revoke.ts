import type { ActionObject, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { imageOf } from './grant.js';
import type { cannotTell } from './rights.js';

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
