import { whereSeen } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { ActionObject } from '../../saga/action.js';
import type { Target } from '../ports/target.js';
import { entryMask } from '../rules/grant.js';
import { cannotTell } from '../rules/rights.js';

export interface Entry {
  readonly object: ActionObject;
  /** The mask of the account's entry in its access control list; null where there is none. */
  readonly found: number | null | typeof cannotTell;
}

/** The entries of one account in the access control lists of these objects. @throws CallError */
export async function readEntries(
  { security }: Target,
  call: Call,
  objects: readonly (ActionObject & { readonly dbid: number })[],
  account: { readonly type: number; readonly dbid: number | null },
): Promise<readonly Entry[]> {
  if (account.dbid === null) return [];
  return Promise.all(
    objects.map(async (object) => {
      const acl = await whereSeen(security.readAcl(call, { type: object.type, dbid: object.dbid }));
      return { object, found: 'seen' in acl ? entryMask(acl.seen, account) : cannotTell };
    }),
  );
}
