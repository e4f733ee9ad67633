import { whereSeen } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { Desired } from '../desired.js';
import type { Claims } from '../ports/claims.js';
import type {
  AccessGroupObject,
  ApplicationObject,
  ObjectId,
  ScriptObject,
  TenantObject,
} from '../ports/config-objects.js';
import { ObjectType, ScriptType } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import type { InspectedServer, Inspection } from '../rules/inspection.js';
import { isOwn } from '../rules/inspection.js';
import { maySupportInteractions } from '../rules/interaction-servers.js';
import { naturalName } from '../rules/natural-names.js';
import { readAdoption } from './read-adoption.js';

/** Reads everything an inspection judges; each list once, whatever the number of Business Processes. @throws CallError */
export async function readInspection(
  target: Target,
  claims: Claims,
  context: { readonly call: Call; readonly desired: Desired; readonly solutionId: string },
): Promise<Inspection> {
  const { call, desired, solutionId } = context;
  const { objects, config } = target;
  const [tenants, applications, hosts, byUserName] = await Promise.all([
    objects.find(call, 'tenant', {}),
    objects.find(call, 'application', {}),
    objects.find(call, 'host', {}),
    objects.find(call, 'person', { userName: desired.person.userName }),
  ]);
  const tenant = tenants.find(({ name }) => name === desired.tenant) ?? null;
  const application = applications.find(({ name }) => name === desired.interactionServer) ?? null;
  const backup = applications.find(({ dbid }) => dbid === application?.backupDbid) ?? null;
  const own = accountsOfOurs(
    ...byUserName
      .filter((person) => desired.onExisting === 'adopt' || isOwn(person, solutionId))
      .map(({ dbid }) => dbid),
  );
  const [ofTenant, server, backupServer, baseAccessGroups, requiredObjects, held] = await Promise.all([
    readTenant(target, call, desired, tenant),
    readServer(target, call, application, own),
    readServer(target, call, backup, own),
    Promise.all(config.baseAccessGroups.map((name) => readBaseGroup(target, call, tenant, name))),
    Promise.all(config.requiredReads.objects.map((object) => readRequired(target, call, tenant, object))),
    claims.heldByOthers(desired.target, claimed(desired), solutionId),
  ]);
  const { persons: byEmployeeId, ...rest } = ofTenant;
  const persons = [
    ...byUserName,
    ...byEmployeeId.filter(({ dbid }) => byUserName.every((person) => person.dbid !== dbid)),
  ];
  const servers = [application, backup].flatMap((one) => (one === null ? [] : [one]));
  const adoption = await readAdoption(target, call, {
    desired,
    solutionId,
    ...rest,
    persons,
    applications,
    servers,
  });
  return {
    config,
    desired,
    solutionId,
    tenants,
    tenant,
    ...rest,
    applications,
    hosts,
    server,
    backup: backupServer,
    persons,
    adoption,
    baseAccessGroups,
    requiredObjects,
    claims: held,
  };
}

/** What is asked of one tenant; empty where there is no such tenant. */
async function readTenant({ objects }: Target, call: Call, desired: Desired, tenant: TenantObject | null) {
  if (tenant === null) return { businessProcesses: [], otherScripts: [], groups: [], persons: [] };
  const tenantDbid = tenant.dbid;
  const [businessProcesses, groups, persons] = await Promise.all([
    objects.find(call, 'script', { tenantDbid, scriptType: ScriptType.businessProcess }),
    objects.find(call, 'accessGroup', { tenantDbid, name: desired.accessGroup.name }),
    objects.find(call, 'person', { tenantDbid, employeeId: desired.person.employeeId }),
  ]);
  const known = new Set(businessProcesses.map(({ name }) => name));
  const unknown = desired.businessProcesses.filter((name) => !known.has(name));
  const otherScripts = await readOtherScripts(objects, call, tenantDbid, unknown);
  return { businessProcesses, otherScripts, groups, persons };
}

/** So many names are asked for one by one; for more of them every script of the tenant is listed, once. */
const askedByName = 8;

/** Scripts of any type with one of these names. */
async function readOtherScripts(
  objects: Target['objects'],
  call: Call,
  tenantDbid: number,
  names: readonly string[],
): Promise<readonly ScriptObject[]> {
  if (names.length > askedByName) {
    const wanted = new Set(names);
    const all = await objects.find(call, 'script', { tenantDbid });
    return all.filter(({ name }) => wanted.has(name));
  }
  return (await Promise.all(names.map((name) => objects.find(call, 'script', { tenantDbid, name })))).flat();
}

/** The Person of a solution, as far as it is there. */
export const accountsOfOurs = (...persons: readonly (number | null)[]): readonly ObjectId[] =>
  persons.flatMap((dbid) => (dbid === null ? [] : [{ type: ObjectType.person, dbid }]));

/** @param candidates accounts of ours that it may have, for drivers that can only ask for one after the other */
export async function readServer(
  { control, security }: Target,
  call: Call,
  application: ApplicationObject | null,
  candidates: readonly ObjectId[] = [],
): Promise<InspectedServer | null> {
  if (application === null) return null;
  // Other applications may have neither a state nor an account: the platform refuses to be asked.
  if (!maySupportInteractions(application)) return { application, status: null, account: null };
  const [status, account] = await Promise.all([
    whereSeen(control.status(call, application.dbid)),
    whereSeen(security.readAccount(call, application.dbid, candidates)),
  ]);
  const unseen = {
    ...('unseen' in status ? { status: status.unseen } : {}),
    ...('unseen' in account ? { account: account.unseen } : {}),
  };
  return {
    application,
    status: 'seen' in status ? status.seen : null,
    account: 'seen' in account ? (account.seen?.account ?? null) : null,
    ...(Object.keys(unseen).length === 0 ? {} : { unseen }),
  };
}

/** The tenant's own group of this name, or the only one of this name: a site may keep its groups in one tenant. */
export async function readBaseGroup(
  { objects }: Target,
  call: Call,
  tenant: TenantObject | null,
  name: string,
) {
  const groups = await objects.find(call, 'accessGroup', { name });
  const own = groups.find(({ tenantDbid }) => tenantDbid === tenant?.dbid);
  const found: AccessGroupObject | null = own ?? (groups.length === 1 ? (groups[0] ?? null) : null);
  return { name, found };
}

async function readRequired(
  { objects }: Target,
  call: Call,
  tenant: TenantObject | null,
  { type, name }: { readonly type: number; readonly name: string },
) {
  const found = await objects.findByName(call, type, name, tenant?.dbid);
  return { type, name, dbid: found?.dbid ?? null };
}

const claimed = ({ target, tenant, interactionServer, businessProcesses }: Desired): readonly string[] => [
  naturalName.application(target, interactionServer),
  ...businessProcesses.map((name) => naturalName.script(target, tenant, name)),
];
