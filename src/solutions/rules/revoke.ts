import type { ActionObject, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';

/** Our entry away, unless it is gone already. */
export function revoke(
  object: ActionObject,
  account: { readonly type: number; readonly name: string; readonly dbid: Json },
  found: number | null,
  stage: number,
): readonly PlannedAction[] {
  if (found === null) return [];
  const before = { accessMask: found };
  return [{ kind: 'revoke', object: { ...object, for: account }, before, after: null, stage }];
}
