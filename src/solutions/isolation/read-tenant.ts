import type { Call } from '../../saga/call.js';
import type {
  AccessGroupObject,
  ApplicationObject,
  ObjectId,
  PersonObject,
} from '../ports/config-objects.js';
import { ObjectType, ScriptType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import type { NamedObject } from '../rules/finding.js';
import { idOf, named } from '../rules/finding.js';
import { interactionServers } from '../rules/interaction-servers.js';
import { markOf } from '../rules/mark.js';
import type { Reader } from '../rules/readers.js';
import { cannotTell, reads } from '../rules/rights.js';
import type { MarkedObject, SharedGroup, TenantFacts } from '../rules/tenant-facts.js';
import { readBaseGroup } from '../steps/read-inspection.js';
import { readAccounts } from '../steps/read-accounts.js';
import { readMasks } from '../steps/read-masks.js';
import { whoIs } from '../steps/read-readers.js';

/** What the target itself shows of a tenant: all that the report is made of but the solutions. */
export type SeenTenant = Omit<TenantFacts, 'solutions' | 'markedSolutions'>;

/**
 * Every list once, every server's account once, and one bulk question a thousand Business Processes for each account.
 * @returns null where there is no such tenant
 * @throws CallError
 */
export async function readTenant(target: Target, call: Call, name: string): Promise<SeenTenant | null> {
  const { objects, config } = target;
  const tenant = (await objects.find(call, 'tenant', { name })).find((one) => one.name === name);
  if (tenant === undefined) return null;
  const tenantDbid = tenant.dbid;
  const [applications, hosts, scripts, groups, persons, base] = await Promise.all([
    objects.find(call, 'application', {}),
    objects.find(call, 'host', {}),
    objects.find(call, 'script', { tenantDbid, scriptType: ScriptType.businessProcess }),
    objects.find(call, 'accessGroup', { tenantDbid }),
    // Agents are most of the Persons of a contact centre, and none of ours is one.
    objects.find(call, 'person', { tenantDbid, isAgent: false }),
    Promise.all(config.baseAccessGroups.map((one) => readBaseGroup(target, call, tenant, one))),
  ]);
  const businessProcesses = scripts.map((script) => named(ObjectType.script, script.name, script.dbid));
  const everyone = named(ObjectType.accessGroup, 'EVERYONE', WellKnown.everyone);
  const baseGroups = base.flatMap(({ found }) =>
    found === null ? [] : [named(ObjectType.accessGroup, found.name, found.dbid)],
  );
  const groupReads = async (group: NamedObject): Promise<SharedGroup> => ({
    group,
    reads: await readBy(target, call, idOf(group), businessProcesses),
  });
  const [readers, ofEveryone, ofBaseGroups] = await Promise.all([
    readTenantReaders(target, call, serversOf(applications, tenantDbid), {
      businessProcesses,
      known: [...groups, ...persons],
    }),
    groupReads(everyone),
    Promise.all(baseGroups.map(groupReads)),
  ]);
  return {
    tenant: { ...named(ObjectType.tenant, tenant.name), dbid: tenantDbid },
    applications,
    hosts,
    singleConnection: config.singleConnection,
    businessProcesses,
    ...readers,
    everyone: ofEveryone,
    baseGroups: ofBaseGroups,
    marked: markedIn([...groups, ...persons]),
  };
}

const serversOf = (applications: readonly ApplicationObject[], tenantDbid: number) =>
  interactionServers(applications).filter(({ tenantDbids }) => tenantDbids.includes(tenantDbid));

async function readTenantReaders(
  target: Target,
  call: Call,
  servers: readonly ApplicationObject[],
  tenant: {
    readonly businessProcesses: readonly NamedObject[];
    readonly known: readonly (AccessGroupObject | PersonObject)[];
  },
): Promise<Pick<SeenTenant, 'readers' | 'unseenServers'>> {
  const { accounts, unseenServers } = await readAccounts(target, call, servers);
  const known = new Map(tenant.known.map((object) => [keyOf(objectOf(object)), object]));
  const readers = accounts.map(async ({ account, servers: names }): Promise<Reader> => {
    const object = known.get(keyOf(account));
    const who =
      object === undefined
        ? await whoIs(target, call, account)
        : { name: objectOf(object).name, solution: markOf(object.annex)?.solution ?? null };
    return {
      account,
      servers: names,
      ...who,
      reads: await readBy(target, call, account, tenant.businessProcesses),
    };
  });
  return { readers: await Promise.all(readers), unseenServers };
}

async function readBy(
  target: Target,
  call: Call,
  account: ObjectId,
  objects: readonly NamedObject[],
): Promise<Reader['reads']> {
  const masks = await readMasks(target, call, account, objects.map(idOf));
  return masks.includes(cannotTell) ? cannotTell : objects.filter((_, i) => reads(masks[i] ?? null));
}

const keyOf = ({ type, dbid }: { readonly type: number; readonly dbid: number | null }): string =>
  `${type}/${dbid ?? 0}`;

const objectOf = (object: AccessGroupObject | PersonObject): NamedObject =>
  'userName' in object
    ? named(ObjectType.person, object.userName, object.dbid)
    : named(ObjectType.accessGroup, object.name, object.dbid);

const markedIn = (all: readonly (AccessGroupObject | PersonObject)[]): readonly MarkedObject[] =>
  all.flatMap((object) => {
    const mark = markOf(object.annex);
    return mark === null ? [] : [{ object: objectOf(object), mark }];
  });
