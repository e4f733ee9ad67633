import type { ActionObject, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import type { Acl } from '../ports/config-security.js';
import { cannotTell } from './rights.js';
import { unseenBefore } from './unseen-before.js';

/** The mask that a list gives an account, or null where the account has no entry or is not created yet. */
export function entryMask(
  acl: Acl | null,
  account: { readonly type: number; readonly dbid: number | null },
): number | null {
  const entry = acl?.entries.find(
    ({ account: { type, dbid } }) => type === account.type && dbid === account.dbid,
  );
  return entry?.accessMask ?? null;
}

/** The image of an entry that is there, not there, or that nobody can see. */
export function imageOf(found: number | null | typeof cannotTell): Json {
  if (found === cannotTell) return unseenBefore;
  return found === null ? null : { accessMask: found };
}

/** A grant, unless the entry is there already as wanted. */
export function grant(
  object: ActionObject,
  account: { readonly type: number; readonly name: string; readonly dbid: Json },
  masks: { readonly found: number | null | typeof cannotTell; readonly wanted: number },
  stage: number,
): readonly PlannedAction[] {
  if (masks.found === masks.wanted) return [];
  const before = imageOf(masks.found);
  return [
    {
      kind: 'grant',
      object: { ...object, for: account },
      before,
      after: { accessMask: masks.wanted },
      stage,
    },
  ];
}
