import type { Finding } from '../../saga/action.js';
import type { TargetConfig } from '../../config/target-config.js';
import type { Desired } from '../desired.js';
import type { AccessGroupObject, PersonObject } from '../ports/config-objects.js';
import { PersonState } from '../ports/config-objects.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import type { NamedObject } from './finding.js';
import { error, listed, named } from './finding.js';
import { ordinaryGroup } from './images.js';
import { isMarked, markOf } from './mark.js';
import { excessFinding } from './readers.js';
import { cannotTell } from './rights.js';

interface Found<T> {
  readonly object: T;
  /** Names of applications that run as it and are no servers of the request. */
  readonly otherServers: readonly string[];
  /** Business Processes of the tenant that were not asked for and that it reads. */
  readonly reads: readonly NamedObject[] | typeof cannotTell;
}

/** What `onExisting: adopt` would take over, and all that decides whether it may. */
export interface AdoptionFacts {
  /** null: there is none, or it is the solution's already. `strangers`: names of its members other than the Person. */
  readonly group: (Found<AccessGroupObject> & { readonly strangers: readonly string[] }) | null;
  /** `otherGroups`: names of the groups it is in other than the account and the base groups. */
  readonly person: (Found<PersonObject> & { readonly otherGroups: readonly string[] }) | null;
}

/** Why something that is there is not taken over. */
type Reason =
  | 'special-group'
  | 'disabled'
  | 'foreign-members'
  | 'agent'
  | 'other-groups'
  | 'other-tenant'
  | 'marked'
  | 'account-of-others'
  | 'rights-unseen';

const refused = (reason: Reason, detail: string, object: NamedObject): Finding => ({
  ...error('not-adoptable', detail, object),
  reason,
});

/** Everything that speaks against taking these over, each by its name and with what helps: before the first effect. */
export function adoptionFindings({
  adoption,
  desired,
  config,
  tenant,
}: {
  readonly adoption?: AdoptionFacts;
  readonly desired: Desired;
  readonly config: Pick<TargetConfig, 'baseAccessGroups'>;
  readonly tenant: { readonly dbid: number } | null;
}): readonly Finding[] {
  const { group = null, person = null } = adoption ?? {};
  return [
    ...(group === null ? [] : groupFindings(group, desired, config)),
    ...(person === null ? [] : personFindings(person, tenant)),
  ];
}

function groupFindings(
  { object: group, strangers, otherServers, reads }: NonNullable<AdoptionFacts['group']>,
  { person }: Desired,
  { baseAccessGroups }: Pick<TargetConfig, 'baseAccessGroups'>,
): readonly Finding[] {
  const object = named(ObjectType.accessGroup, group.name, group.dbid);
  const what = `The access group "${group.name}"`;
  const isSpecial =
    group.groupType !== ordinaryGroup ||
    group.dbid === WellKnown.everyone ||
    group.dbid === WellKnown.system ||
    baseAccessGroups.includes(group.name);
  return [
    ...when(isSpecial, () =>
      refused(
        'special-group',
        `${what} is no ordinary group of its own: the platform or the site gives others rights through it. Name another one in accessGroup.name.`,
        object,
      ),
    ),
    ...commonFindings(what, object, group),
    ...when(strangers.length > 0, () =>
      refused(
        'foreign-members',
        `${what} has members other than the Person "${person.userName}": ${listed(strangers)}. They would get the rights of this solution; take them out, or name another group.`,
        object,
      ),
    ),
    ...accountFindings(what, object, otherServers),
    ...rightsFindings(what, object, reads),
  ];
}

function personFindings(
  { object: person, otherGroups, otherServers, reads }: NonNullable<AdoptionFacts['person']>,
  tenant: { readonly dbid: number } | null,
): readonly Finding[] {
  const object = named(ObjectType.person, person.userName, person.dbid);
  const what = `The Person "${person.userName}"`;
  return [
    ...when(tenant !== null && person.tenantDbid !== tenant.dbid, () =>
      refused(
        'other-tenant',
        `${what} belongs to another tenant (DBID ${person.tenantDbid}), and a user name exists once on a platform. Name another one in person.userName.`,
        object,
      ),
    ),
    ...commonFindings(what, object, person),
    ...when(person.isAgent, () =>
      refused(
        'agent',
        `${what} is an agent, which the platform fixes when a Person is made. Name another one in person.userName.`,
        object,
      ),
    ),
    ...when(otherGroups.length > 0, () =>
      refused(
        'other-groups',
        `${what} is in access groups that are not this solution's: ${listed(otherGroups)}. Take it out of them, or name another Person.`,
        object,
      ),
    ),
    ...accountFindings(what, object, otherServers),
    ...rightsFindings(what, object, reads),
  ];
}

function commonFindings(
  what: string,
  object: NamedObject,
  { annex, state }: Pick<PersonObject, 'annex' | 'state'>,
): readonly Finding[] {
  const whose = markOf(annex)?.solution;
  return [
    ...when(isMarked(annex), () =>
      refused(
        'marked',
        `${what} carries the mark of ${whose === undefined ? 'a solution' : `the solution ${whose}`}. Offboard that one first; if nobody knows it, take the section "solution-onboarding" out of the annex by hand.`,
        object,
      ),
    ),
    ...when(state !== PersonState.enabled, () =>
      refused('disabled', `${what} is disabled. Enable it, if whoever disabled it agrees.`, object),
    ),
  ];
}

const accountFindings = (what: string, object: NamedObject, servers: readonly string[]): readonly Finding[] =>
  when(servers.length > 0, () =>
    refused(
      'account-of-others',
      `${what} is the account of applications that are no servers of this solution: ${listed(servers)}. Give them another account, or name another one here.`,
      object,
    ),
  );

function rightsFindings(
  what: string,
  object: NamedObject,
  reads: readonly NamedObject[] | typeof cannotTell,
): readonly Finding[] {
  if (reads !== cannotTell) return reads.length === 0 ? [] : [excessFinding(object, reads)];
  const detail = `${what} is there already, and on this target nobody but a person can see what it may read: it cannot be told whether it is safe to take over. Name another one, or put a bridge before the platform.`;
  return [refused('rights-unseen', detail, object)];
}

const when = (condition: boolean, finding: () => Finding): readonly Finding[] =>
  condition ? [finding()] : [];
