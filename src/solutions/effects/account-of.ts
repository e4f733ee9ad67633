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
  const accounts = await Promise.all(candidates.map(({ dbid }) => security.readAccount(call, dbid)));
  return candidates
    .filter(
      (_, index) =>
        accounts[index]?.account.type === account.type && accounts[index].account.dbid === account.dbid,
    )
    .map(({ name }) => name)
    .sort();
}
