import type { Call } from '../../saga/call.js';
import type { Outputs } from '../../saga/reference.js';
import type { Desired } from '../desired.js';
import type { ApplicationObject, ObjectId } from '../ports/config-objects.js';
import { Access, ObjectType, ScriptType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { administratorsOf, givingDefaultAccess } from '../rules/default-access.js';
import type { NamedObject } from '../rules/finding.js';
import { idOf, named, namedApplication } from '../rules/finding.js';
import { interactionServers } from '../rules/interaction-servers.js';
import type { IsolationFacts } from '../rules/isolation.js';
import type { SolutionRefs } from '../rules/refs.js';
import { dbidBehind, serversOf } from '../rules/refs.js';
import type { Mask } from '../rules/rights.js';
import { union } from '../rules/rights.js';
import { readMasks } from './read-masks.js';
import { readReaders } from './read-readers.js';

interface Asked {
  readonly call: Call;
  readonly desired: Desired;
  readonly outputs: Outputs;
  readonly dryRun: boolean;
}

/** Both sides of the isolation: one bulk question for each account, never one for each Business Process. @throws CallError */
export async function readIsolation(
  target: Target,
  refs: SolutionRefs,
  asked: Asked,
): Promise<IsolationFacts> {
  const { call, desired, outputs } = asked;
  const [scripts, applications] = await Promise.all([
    target.objects.find(call, 'script', {
      tenantDbid: refs.tenantDbid,
      scriptType: ScriptType.businessProcess,
    }),
    target.objects.find(call, 'application', {}),
  ]);
  const ownDbids = new Set(refs.businessProcesses.map(({ dbid }) => dbid));
  const own = refs.businessProcesses.map(({ name, dbid }) => named(ObjectType.script, name, dbid));
  const others = scripts
    .filter(({ dbid }) => !ownDbids.has(dbid))
    .map(({ name, dbid }) => named(ObjectType.script, name, dbid));
  const required = await readRequirements(target, refs, asked, applications);
  const personDbid = dbidBehind(refs.person, outputs);
  // What is to be taken over has not got yet what is planned for it.
  const predicted =
    personDbid === null || (asked.dryRun && (refs.adoptedGroup === true || refs.adoptedPerson === true));
  const objects = [...required.map(({ object }) => object), ...others].map(idOf);
  const [masks, { readers, unseenServers }] = await Promise.all([
    predicted
      ? predictedMasks(target, refs, call, { objects, required, applications })
      : readMasks(target, call, { type: ObjectType.person, dbid: personDbid }, objects),
    readReaders(target, call, othersOf(refs, applications), own),
  ]);
  return {
    account: named(ObjectType.person, desired.person.userName, personDbid),
    predicted,
    required: required.map((one, index) => ({ ...one, granted: masks[index] ?? null })),
    others: others.map((object, index) => ({ object, granted: masks[required.length + index] ?? null })),
    readers,
    unseenServers,
  };
}

/** The Interaction Servers of the tenant that are not this solution's. */
function othersOf(
  refs: SolutionRefs,
  applications: readonly ApplicationObject[],
): readonly ApplicationObject[] {
  const own = new Set(serversOf(refs).map(({ dbid }) => dbid));
  return interactionServers(applications).filter(
    ({ dbid, tenantDbids }) => !own.has(dbid) && tenantDbids.includes(refs.tenantDbid),
  );
}

interface Requirement {
  readonly object: NamedObject;
  readonly needed: number;
  /** Comes by a grant of this solution, not by a base group. */
  readonly planned: number;
}

async function readRequirements(
  { config, objects }: Target,
  refs: SolutionRefs,
  { call, desired }: Asked,
  applications: readonly ApplicationObject[],
): Promise<readonly Requirement[]> {
  const servers = serversOf(refs);
  const full = applications.filter(({ dbid }) => servers.some((server) => server.dbid === dbid));
  const hostDbids = unique(full.flatMap(({ hostDbid }) => (hostDbid === null ? [] : [hostDbid])));
  const hosts = config.requiredReads.hosts ? await objects.find(call, 'host', {}) : [];
  const connections = config.requiredReads.connections
    ? full.flatMap((application) => application.connections)
    : [];
  const nameOf = (list: readonly { readonly dbid: number; readonly name: string }[], dbid: number): string =>
    list.find((one) => one.dbid === dbid)?.name ?? `DBID ${dbid}`;
  const mask = desired.accessGroup.accessMask;
  return [
    ...servers.map((server) => need(namedApplication(server), Access.readAndExecute, Access.readAndExecute)),
    ...refs.businessProcesses.map(({ name, dbid }) => need(named(ObjectType.script, name, dbid), mask, mask)),
    need(named(ObjectType.tenant, desired.tenant, refs.tenantDbid), Access.read),
    ...(config.requiredReads.hosts ? hostDbids : []).map((dbid) =>
      need(named(ObjectType.host, nameOf(hosts, dbid), dbid), Access.read),
    ),
    ...unique(connections).map((dbid) =>
      need(namedApplication({ name: nameOf(applications, dbid), dbid }), Access.read),
    ),
    ...refs.requiredObjects.map(({ type, name, dbid }) => need(named(type, name, dbid), Access.read)),
  ];
}

const need = (object: NamedObject, needed: number, planned = 0): Requirement => ({ object, needed, planned });
const unique = (dbids: readonly number[]): readonly number[] => [...new Set(dbids)];

/**
 * Before the Person exists, or is the solution's: what it will have by its base groups, by EVERYONE, by the group that it
 * joins by itself where default access is on, by the grants that are planned, and by what it and its group have now.
 */
async function predictedMasks(
  target: Target,
  refs: SolutionRefs,
  call: Call,
  asked: {
    readonly objects: readonly ObjectId[];
    readonly required: readonly Requirement[];
    readonly applications: readonly ApplicationObject[];
  },
): Promise<readonly Mask[]> {
  const byDefault =
    givingDefaultAccess(asked.applications).length === 0
      ? []
      : administratorsOf(
          await target.objects.find(call, 'accessGroup', { tenantDbid: refs.tenantDbid }),
          refs.tenantDbid,
        );
  const groups = [
    WellKnown.everyone,
    ...[...refs.baseAccessGroups, ...byDefault].map(({ dbid }) => dbid),
    ...(typeof refs.accessGroup === 'number' ? [refs.accessGroup] : []),
  ];
  const accounts = [
    ...groups.map((dbid) => ({ type: ObjectType.accessGroup, dbid })),
    ...(typeof refs.person === 'number' ? [{ type: ObjectType.person, dbid: refs.person }] : []),
  ];
  const masks = await Promise.all(accounts.map((account) => readMasks(target, call, account, asked.objects)));
  return asked.objects.map((_, index) =>
    union([asked.required[index]?.planned ?? 0, ...masks.map((one) => one[index] ?? null)]),
  );
}
