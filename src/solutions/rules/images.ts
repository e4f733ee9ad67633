import type { Json } from '../../saga/json.js';
import type { AccessGroupObject, ObjectId, PersonObject } from '../ports/config-objects.js';
import type { Mark } from './mark.js';
import { markImage, ownMark } from './mark.js';

/** CfgAccessGroupType of an ordinary group. */
export const ordinaryGroup = 1;
const enabled = 1;

/** Names of applications that run as an account, sorted: an object that somebody uses is not deleted. */
export type AccountOf = readonly string[];

/** What a created access group looks like while nothing of others hangs on it. */
export const newAccessGroupImage = ({
  name,
  tenantDbid,
}: {
  readonly name: string;
  readonly tenantDbid: number;
}): Json => ({
  name,
  tenantDbid,
  groupType: ordinaryGroup,
  state: enabled,
  members: [],
  accountOf: [],
  mark: ownMark,
});

export const accessGroupImage = (group: AccessGroupObject, accountOf: AccountOf, own: Mark): Json => ({
  name: group.name,
  tenantDbid: group.tenantDbid,
  groupType: group.groupType,
  state: group.state,
  members: [...group.members].sort(byTypeAndDbid).map(({ type, dbid }) => ({ type, dbid })),
  accountOf,
  mark: markImage(group.annex, own),
});

const byTypeAndDbid = (a: ObjectId, b: ObjectId): number => a.type - b.type || a.dbid - b.dbid;

export interface PersonAttributes {
  readonly userName: string;
  readonly employeeId: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** What a created Person looks like while nobody else has put it into a group or runs a server as it. */
export const newPersonImage = (person: PersonAttributes, tenantDbid: number): Json => ({
  ...attributes(person),
  tenantDbid,
  isAgent: false,
  state: enabled,
  memberOf: [],
  accountOf: [],
  mark: ownMark,
});

/** @param memberOf ordinary groups only: EVERYONE and the groups of default access are the platform's doing */
export const personImage = (
  person: PersonObject,
  memberOf: readonly string[],
  accountOf: AccountOf,
  own: Mark,
): Json => ({
  ...attributes(person),
  tenantDbid: person.tenantDbid,
  isAgent: person.isAgent,
  state: person.state,
  memberOf,
  accountOf,
  mark: markImage(person.annex, own),
});

const attributes = ({ userName, employeeId, firstName, lastName }: PersonAttributes) => ({
  userName,
  employeeId,
  firstName,
  lastName,
});
