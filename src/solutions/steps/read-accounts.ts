import { whereSeen } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { ApplicationObject, ObjectId } from '../ports/config-objects.js';
import type { Target } from '../ports/target.js';

export interface AccountOfServers {
  readonly account: ObjectId;
  /** Names, in the order asked. */
  readonly servers: readonly string[];
}

/** As which accounts these servers run, each account once. @throws CallError */
export async function readAccounts(
  { security }: Target,
  call: Call,
  servers: readonly ApplicationObject[],
): Promise<{
  readonly accounts: readonly AccountOfServers[];
  /** Names of servers whose account cannot be told. */
  readonly unseenServers: readonly string[];
}> {
  const found = await Promise.all(servers.map(({ dbid }) => whereSeen(security.readAccount(call, dbid))));
  const byAccount = new Map<string, { account: ObjectId; servers: string[] }>();
  const unseenServers: string[] = [];
  servers.forEach(({ name }, index) => {
    const one = found[index];
    if (one !== undefined && 'unseen' in one) unseenServers.push(name);
    const account = one !== undefined && 'seen' in one ? one.seen?.account : undefined;
    if (account === undefined) return;
    const key = `${account.type}/${account.dbid}`;
    const entry = byAccount.get(key) ?? { account, servers: [] };
    entry.servers.push(name);
    byAccount.set(key, entry);
  });
  return { accounts: [...byAccount.values()], unseenServers };
}
