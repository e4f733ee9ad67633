import type { Call } from '../../saga/call.js';
import type { ChangeDesired } from '../standing.js';
import { accountOf } from '../effects/account-of.js';
import type { ApplicationObject, ObjectKind, Objects } from '../ports/config-objects.js';
import { ObjectType, ScriptType } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { ordinaryGroup } from '../rules/images.js';
import { isOwn } from '../rules/inspection.js';
import type { LeavingPair } from '../rules/release.js';
import { bothOf } from '../rules/release.js';
import type { StandingObjects } from '../rules/standing-objects.js';
import { accountsOfOurs, readServer } from './read-inspection.js';

interface Asked {
  readonly call: Call;
  readonly desired: ChangeDesired;
  readonly solutionId: string;
}

/** Looks up everything the solution held when the operation was accepted. @throws CallError */
export async function readStanding(target: Target, asked: Asked): Promise<StandingObjects> {
  const { call, desired } = asked;
  const { standing } = desired;
  const { objects } = target;
  const [tenants, applications] = await Promise.all([
    objects.find(call, 'tenant', { name: desired.tenant }),
    objects.find(call, 'application', {}),
  ]);
  const tenantDbid = tenants[0]?.dbid ?? 0;
  const [scripts, group, person, pairs] = await Promise.all([
    objects.find(call, 'script', { tenantDbid, scriptType: ScriptType.businessProcess }),
    readOwn(target, asked, 'accessGroup', standing.accessGroup, {
      tenantDbid,
      name: desired.accessGroup.name,
    }),
    readOwn(target, asked, 'person', standing.person, { userName: desired.person.userName }),
    readPairs(target, asked, applications),
  ]);
  const groupDbid = group?.dbid ?? standing.accessGroup;
  const personDbid = person?.dbid ?? standing.person;
  const own = new Set(pairs.flatMap((pair) => bothOf(pair).map(({ application }) => application.name)));
  const users = await Promise.all([
    group === null ? [] : accountOf(target, call, { type: ObjectType.accessGroup, dbid: group.dbid }),
    person === null ? [] : accountOf(target, call, { type: ObjectType.person, dbid: person.dbid }),
  ]);
  return {
    tenantDbid,
    group,
    person,
    groupDbid,
    personDbid,
    businessProcesses: scripts
      .filter(({ name }) => standing.businessProcesses.includes(name))
      .map(({ name, dbid }) => ({ name, dbid })),
    pairs,
    otherGroups: person === null ? [] : await otherGroups(target, asked, person.dbid, groupDbid),
    otherServers: [...new Set(users.flat())].filter((name) => !own.has(name)),
  };
}

/** By DBID, so that it is found after somebody renamed it, else by name; only with the mark of this solution. */
async function readOwn<K extends 'accessGroup' | 'person'>(
  { objects }: Target,
  { call, solutionId }: Asked,
  kind: K,
  dbid: number | null,
  filter: Parameters<typeof objects.find<K>>[2],
): Promise<Objects[K] | null> {
  const known = dbid === null ? null : await objects.get(call, kind, dbid);
  const found: readonly Objects[ObjectKind & K][] =
    known === null ? await objects.find(call, kind, filter) : [known];
  return found.find((object) => isOwn(object, solutionId)) ?? null;
}

async function readPairs(
  target: Target,
  { call, desired }: Asked,
  applications: readonly ApplicationObject[],
): Promise<readonly LeavingPair[]> {
  const primaries = applications.filter(({ name }) => desired.standing.interactionServers.includes(name));
  const pairs = await Promise.all(
    primaries.map(async (application) => {
      const partner = applications.find(({ dbid }) => dbid === application.backupDbid) ?? null;
      const [primary, backup] = await Promise.all([
        readServer(target, call, application, accountsOfOurs(desired.standing.person)),
        readServer(target, call, partner, accountsOfOurs(desired.standing.person)),
      ]);
      return primary === null ? [] : [{ primary, backup }];
    }),
  );
  return pairs.flat();
}

async function otherGroups(
  { objects, config }: Target,
  { call }: Asked,
  personDbid: number,
  groupDbid: number | null,
): Promise<readonly string[]> {
  const groups = await objects.find(call, 'accessGroup', { personDbid });
  return groups
    .filter(({ groupType, dbid }) => groupType === ordinaryGroup && dbid !== groupDbid)
    .map(({ name }) => name)
    .filter((name) => !config.baseAccessGroups.includes(name));
}
