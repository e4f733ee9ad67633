import type { Finding } from '../../saga/action.js';
import type { AccessGroupObject, ObjectId, PersonObject } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import type { Desired } from '../desired.js';
import type { Adopted } from './adopted.js';
import { isAdopted } from './adopted.js';
import { error, listed, named } from './finding.js';
import type { NameAndDbid } from './refs.js';
import type { LeavingPair } from './release.js';

/** What the target still has of what a solution holds. What is gone is left out: there is nothing to take away. */
export interface StandingObjects {
  readonly tenantDbid: number;
  /** null where it is gone, or does not carry the mark of the solution any more. */
  readonly group: AccessGroupObject | null;
  readonly person: PersonObject | null;
  /** DBIDs that entries may name, also of what is gone. */
  readonly groupDbid: number | null;
  readonly personDbid: number | null;
  readonly businessProcesses: readonly NameAndDbid[];
  readonly pairs: readonly LeavingPair[];
  /** Ordinary groups the Person is in, other than its account and the site's base groups. */
  readonly otherGroups: readonly string[];
  /** Applications that run as the Person or the group and are no servers of the solution. */
  readonly otherServers: readonly string[];
}

/** Deleting the account and the Person would take something away that others have set up with them. */
export function usedByOthers(
  { group: anyGroup, person: anyPerson, otherGroups, otherServers }: StandingObjects,
  adopted: Adopted | undefined,
): readonly Finding[] {
  // What was there before is not deleted, so whoever else has begun to use it may go on.
  const group = anyGroup !== null && isAdopted(anyGroup, adopted?.accessGroup) ? null : anyGroup;
  const person = anyPerson !== null && isAdopted(anyPerson, adopted?.person) ? null : anyPerson;
  const members = (group?.members ?? []).filter(({ type, dbid }) => !isPerson({ type, dbid }, anyPerson));
  const strange = members.map(({ dbid }) => `Person ${dbid}`);
  return [
    ...(group !== null && strange.length > 0
      ? [
          error(
            'used-by-others',
            `The access group "${group.name}" has members that are not of this solution: ${listed(strange)}.`,
            named(ObjectType.accessGroup, group.name, group.dbid),
          ),
        ]
      : []),
    ...(person !== null && otherGroups.length > 0
      ? [
          error(
            'used-by-others',
            `The Person "${person.userName}" is in access groups that are not of this solution: ${listed(otherGroups)}.`,
            named(ObjectType.person, person.userName, person.dbid),
          ),
        ]
      : []),
    ...(otherServers.length > 0 && (person !== null || group !== null)
      ? [
          error(
            'used-by-others',
            `Applications that are no servers of this solution run as its account: ${listed(otherServers)}.`,
            named(ObjectType.person, person?.userName ?? '', person?.dbid ?? null),
          ),
        ]
      : []),
  ];
}

const isPerson = ({ type, dbid }: ObjectId, person: PersonObject | null): boolean =>
  type === ObjectType.person && dbid === person?.dbid;

/** A change works with the account and the Person of the onboarding: without them there is nothing to change. */
export function accountFindings({ group, person }: StandingObjects, desired: Desired): readonly Finding[] {
  return [
    ...(group === null
      ? [
          error(
            'account-missing',
            `The access group "${desired.accessGroup.name}" of this solution is not there.`,
            named(ObjectType.accessGroup, desired.accessGroup.name),
          ),
        ]
      : []),
    ...(person === null
      ? [
          error(
            'account-missing',
            `The Person "${desired.person.userName}" of this solution is not there.`,
            named(ObjectType.person, desired.person.userName),
          ),
        ]
      : []),
  ];
}
