import type { Finding } from '../../saga/action.js';
import type { Call } from '../../saga/call.js';
import type { StepContext } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { accountOf } from '../effects/account-of.js';
import type {
  AccessGroupObject,
  ApplicationObject,
  ObjectId,
  PersonObject,
  ScriptObject,
} from '../ports/config-objects.js';
import { ObjectType, ScriptType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import type { AdoptionFacts } from '../rules/adoption.js';
import { adoptionFindings } from '../rules/adoption.js';
import { administratorsGroup, givingDefaultAccess } from '../rules/default-access.js';
import { idOf, named } from '../rules/finding.js';
import { isOwn } from '../rules/inspection.js';
import { refsOf, serversOf } from '../rules/refs.js';
import { cannotTell, reads } from '../rules/rights.js';
import { readMasks } from './read-masks.js';

interface There {
  readonly desired: Desired;
  readonly solutionId: string;
  readonly groups: readonly AccessGroupObject[];
  readonly persons: readonly PersonObject[];
  readonly businessProcesses: readonly ScriptObject[];
  readonly applications: readonly ApplicationObject[];
  /** The primary and its backup, as far as they are there. */
  readonly servers: readonly ApplicationObject[];
}

/** What there is to take over. Costs nothing where that is not asked for, or nothing is there. @throws CallError */
export async function readAdoption(target: Target, call: Call, there: There): Promise<AdoptionFacts> {
  const { desired, solutionId, groups, persons } = there;
  if (desired.onExisting !== 'adopt') return { group: null, person: null };
  const named = persons.find(({ userName }) => userName === desired.person.userName) ?? null;
  const group = groups.find((one) => !isOwn(one, solutionId)) ?? null;
  const person = named === null || isOwn(named, solutionId) ? null : named;
  const [ofGroup, ofPerson] = await Promise.all([
    group === null ? null : readGroup(target, call, there, group, named),
    person === null ? null : readPerson(target, call, there, person),
  ]);
  return { group: ofGroup, person: ofPerson };
}

/**
 * What speaks by now against taking over what is not ours yet: members, rights and accounts may have changed since the
 * inspection. Asked where the mark is planned; a dry run has inspected just now. @throws CallError
 */
export async function adoptionRefused(
  target: Target,
  { call, desired, refs, solutionId, dryRun }: StepContext<Desired>,
): Promise<readonly Finding[]> {
  if (dryRun) return [];
  const { objects, config } = target;
  const known = refsOf(refs);
  const { tenantDbid } = known;
  const [groups, persons, businessProcesses, applications] = await Promise.all([
    objects.find(call, 'accessGroup', { tenantDbid, name: desired.accessGroup.name }),
    objects.find(call, 'person', { userName: desired.person.userName }),
    objects.find(call, 'script', { tenantDbid, scriptType: ScriptType.businessProcess }),
    objects.find(call, 'application', {}),
  ]);
  const own = new Set(serversOf(known).map(({ dbid }) => dbid));
  const servers = applications.filter(({ dbid }) => own.has(dbid));
  const there = { desired, solutionId, groups, persons, businessProcesses, applications, servers };
  const adoption = await readAdoption(target, call, there);
  const findings = adoptionFindings({ adoption, desired, config, tenant: { dbid: tenantDbid } });
  return findings.filter(({ severity }) => severity === 'error');
}

async function readGroup(
  target: Target,
  call: Call,
  there: There,
  group: AccessGroupObject,
  person: PersonObject | null,
): Promise<AdoptionFacts['group']> {
  const foreign = group.members.filter(
    ({ type, dbid }) => type !== ObjectType.person || dbid !== person?.dbid,
  );
  const [found, strangers] = await Promise.all([
    readFound(target, call, there, { type: ObjectType.accessGroup, dbid: group.dbid }),
    Promise.all(foreign.map((member) => nameOf(target, call, member))),
  ]);
  return { object: group, strangers, ...found };
}

async function readPerson(
  target: Target,
  call: Call,
  there: There,
  person: PersonObject,
): Promise<AdoptionFacts['person']> {
  const [found, groups] = await Promise.all([
    readFound(target, call, there, { type: ObjectType.person, dbid: person.dbid }),
    target.objects.find(call, 'accessGroup', { personDbid: person.dbid }),
  ]);
  const byDefault = givingDefaultAccess(there.applications).length > 0;
  const isItsOwn = ({ dbid, name, groupType }: AccessGroupObject): boolean =>
    dbid === WellKnown.everyone ||
    target.config.baseAccessGroups.includes(name) ||
    there.groups.some((group) => group.dbid === dbid) ||
    // The platform puts it there by itself; what it reads by that is judged by what it reads.
    (byDefault && groupType === administratorsGroup);
  return {
    object: person,
    otherGroups: groups.filter((group) => !isItsOwn(group)).map(({ name }) => name),
    ...found,
  };
}

async function readFound(
  target: Target,
  call: Call,
  there: There,
  account: ObjectId,
): Promise<Pick<NonNullable<AdoptionFacts['group']>, 'otherServers' | 'reads'>> {
  const wanted = new Set(there.desired.businessProcesses);
  // Those that were asked for too, so that there is something to see where the tenant has no others.
  const scripts = there.businessProcesses.map(({ name, dbid }) => named(ObjectType.script, name, dbid));
  const [users, masks] = await Promise.all([
    accountOf(target, call, account),
    readMasks(target, call, account, scripts.map(idOf)),
  ]);
  const own = new Set(there.servers.map(({ name }) => name));
  const read = scripts.filter(({ name }, index) => !wanted.has(name) && reads(masks[index] ?? null));
  return {
    otherServers: users.filter((name) => !own.has(name)),
    reads: masks.includes(cannotTell) ? cannotTell : read,
  };
}

async function nameOf({ objects }: Target, call: Call, { type, dbid }: ObjectId): Promise<string> {
  const person = type === ObjectType.person ? await objects.get(call, 'person', dbid) : null;
  return person?.userName ?? `${type}/${dbid}`;
}
