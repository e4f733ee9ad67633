import { whereSeen } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { ObjectId } from '../ports/config-objects.js';
import type { Target } from '../ports/target.js';

/**
 * Names of the applications that run as this account, sorted. The platform refuses to delete a Person one runs as, but
 * not a group. Each is asked for its account: whether the platform knows this filter singly is not confirmed (facts
 * sheet 12), and a list that it did not filter would make every object look used.
 */
export async function accountOf(
  { objects, security }: Target,
  call: Call,
  account: ObjectId,
): Promise<readonly string[]> {
  const candidates = (await objects.find(call, 'application', { account })).filter(
    ({ isServer }) => isServer,
  );
  // Where a driver sees accounts by this filter only, one that stays unseen was listed by a filter that filters nothing.
  const accounts = await Promise.all(
    candidates.map(async ({ dbid }) => {
      const found = await whereSeen(security.readAccount(call, dbid, [account]));
      return 'seen' in found ? found.seen : null;
    }),
  );
  return candidates
    .filter(
      (_, index) =>
        accounts[index]?.account.type === account.type && accounts[index].account.dbid === account.dbid,
    )
    .map(({ name }) => name)
    .sort();
}
