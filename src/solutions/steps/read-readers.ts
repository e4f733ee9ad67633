import type { Call } from '../../saga/call.js';
import type { ApplicationObject, ObjectId } from '../ports/config-objects.js';
import { Access, ObjectType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import type { NamedObject } from '../rules/finding.js';
import { idOf } from '../rules/finding.js';
import { interactionServers } from '../rules/interaction-servers.js';
import type { Reader } from '../rules/isolation.js';
import { markOf } from '../rules/mark.js';
import type { SolutionRefs } from '../rules/refs.js';
import { serversOf } from '../rules/refs.js';

/** The accounts of all other Interaction Servers of the tenant, and which of ours they read. */
export async function readReaders(
  target: Target,
  refs: SolutionRefs,
  call: Call,
  applications: readonly ApplicationObject[],
  own: readonly NamedObject[],
): Promise<readonly Reader[]> {
  const ownServers = new Set(serversOf(refs).map(({ dbid }) => dbid));
  const others = interactionServers(applications).filter(
    ({ dbid, tenantDbids }) => !ownServers.has(dbid) && tenantDbids.includes(refs.tenantDbid),
  );
  const accounts = await Promise.all(others.map(({ dbid }) => target.security.readAccount(call, dbid)));
  const byAccount = new Map<string, { account: ObjectId; servers: string[] }>();
  others.forEach(({ name }, index) => {
    const account = accounts[index]?.account;
    if (account === undefined) return;
    const key = `${account.type}/${account.dbid}`;
    const entry = byAccount.get(key) ?? { account, servers: [] };
    byAccount.set(key, { account, servers: [...entry.servers, name] });
  });
  return Promise.all([...byAccount.values()].map((one) => readReader(target, call, one, own)));
}

async function readReader(
  target: Target,
  call: Call,
  { account, servers }: { readonly account: ObjectId; readonly servers: readonly string[] },
  own: readonly NamedObject[],
): Promise<Reader> {
  const masks = await target.security.effectivePermissions(call, account, own.map(idOf));
  const reads = own.filter((_, index) => ((masks[index] ?? 0) & Access.read) !== 0);
  return { account, servers, reads, ...(await whoIs(target, call, account)) };
}

async function whoIs({ objects }: Target, call: Call, { type, dbid }: ObjectId) {
  if (type === ObjectType.person) {
    const person = await objects.get(call, 'person', dbid);
    const solution = person === null ? null : (markOf(person.annex)?.solution ?? null);
    return { name: person?.userName ?? `Person ${dbid}`, solution };
  }
  if (dbid === WellKnown.system) return { name: 'SYSTEM', solution: null };
  const group = await objects.get(call, 'accessGroup', dbid);
  return { name: group?.name ?? `access group ${dbid}`, solution: null };
}
