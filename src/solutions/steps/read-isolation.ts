import type { Call } from '../../saga/call.js';
import type { Outputs } from '../../saga/reference.js';
import type { Desired } from '../desired.js';
import type { ApplicationObject } from '../ports/config-objects.js';
import { Access, ObjectType, ScriptType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import type { NamedObject } from '../rules/finding.js';
import { idOf, named, namedApplication } from '../rules/finding.js';
import type { IsolationFacts } from '../rules/isolation.js';
import type { SolutionRefs } from '../rules/refs.js';
import { dbidBehind, serversOf } from '../rules/refs.js';
import { readReaders } from './read-readers.js';

interface Asked {
  readonly call: Call;
  readonly desired: Desired;
  readonly outputs: Outputs;
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
  const objects = [...required.map(({ object }) => object), ...others];
  const [masks, readers] = await Promise.all([
    personDbid === null
      ? predictedMasks(target, refs, call, objects, required)
      : target.security.effectivePermissions(
          call,
          { type: ObjectType.person, dbid: personDbid },
          objects.map(idOf),
        ),
    readReaders(target, refs, call, applications, own),
  ]);
  return {
    account: named(ObjectType.person, desired.person.userName, personDbid),
    predicted: personDbid === null,
    required: required.map((one, index) => ({ ...one, granted: masks[index] ?? null })),
    others: others.map((object, index) => ({ object, granted: masks[required.length + index] ?? null })),
    readers,
  };
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
  const hosts = config.requiredReads.hosts
    ? await Promise.all(
        hostDbids.map(async (dbid) => ({
          name: (await objects.get(call, 'host', dbid))?.name ?? `DBID ${dbid}`,
          dbid,
        })),
      )
    : [];
  const connections = config.requiredReads.connections
    ? full.flatMap((application) => application.connections)
    : [];
  const nameOf = (dbid: number): string =>
    applications.find((one) => one.dbid === dbid)?.name ?? `DBID ${dbid}`;
  const mask = desired.accessGroup.accessMask;
  return [
    ...servers.map((server) => need(namedApplication(server), Access.readAndExecute, Access.readAndExecute)),
    ...refs.businessProcesses.map(({ name, dbid }) => need(named(ObjectType.script, name, dbid), mask, mask)),
    need(named(ObjectType.tenant, desired.tenant, refs.tenantDbid), Access.read),
    ...hosts.map(({ name, dbid }) => need(named(ObjectType.host, name, dbid), Access.read)),
    ...unique(connections).map((dbid) => need(namedApplication({ name: nameOf(dbid), dbid }), Access.read)),
    ...refs.requiredObjects.map(({ type, name, dbid }) => need(named(type, name, dbid), Access.read)),
  ];
}

const need = (object: NamedObject, needed: number, planned = 0): Requirement => ({ object, needed, planned });
const unique = (dbids: readonly number[]): readonly number[] => [...new Set(dbids)];

/** Before the Person exists: what it will have by its base groups, by EVERYONE and by the grants that are planned. */
async function predictedMasks(
  { security }: Target,
  refs: SolutionRefs,
  call: Call,
  objects: readonly NamedObject[],
  required: readonly Requirement[],
): Promise<readonly (number | null)[]> {
  const groups = [WellKnown.everyone, ...refs.baseAccessGroups.map(({ dbid }) => dbid)];
  const masks = await Promise.all(
    groups.map((dbid) =>
      security.effectivePermissions(call, { type: ObjectType.accessGroup, dbid }, objects.map(idOf)),
    ),
  );
  return objects.map((_, index) =>
    masks.reduce((sum, one) => sum | (one[index] ?? 0), required[index]?.planned ?? 0),
  );
}
