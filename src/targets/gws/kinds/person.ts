import type { Annex, NewPerson, PersonObject, PersonState } from '../../../solutions/ports/config-objects.js';
import { annexOf, flagOf, requiredInteger, stateOf, textOf } from '../wire.js';
import type { Wire } from '../wire.js';
import type { Kind } from './kind.js';
import { shown } from './kind.js';

export const personKind: Kind<'person'> = {
  collection: 'persons',
  singular: 'person',
  decode: (item) => ({
    dbid: requiredInteger(item, 'DBID'),
    tenantDbid: requiredInteger(item, 'tenantDBID'),
    userName: textOf(item['userName']),
    employeeId: textOf(item['employeeID']),
    firstName: textOf(item['firstName']),
    lastName: textOf(item['lastName']),
    isAgent: flagOf(item['isAgent'], false),
    state: stateOf(item['state']),
    annex: annexOf(item['userProperties']),
  }),
  terms: (filter) => [
    ...shown('tenant_dbid', filter.tenantDbid, (person: PersonObject, dbid) => person.tenantDbid === dbid),
    ...shown('user_name', filter.userName, (person: PersonObject, name) => person.userName === name),
    ...shown('employee_id', filter.employeeId, (person: PersonObject, id) => person.employeeId === id),
    ...shown(
      'is_agent',
      filter.isAgent === undefined ? undefined : flagNumber(filter.isAgent),
      (person: PersonObject, flag) => flagNumber(person.isAgent) === flag,
    ),
  ],
};

/** CfgFlag. */
const flagNumber = (flag: boolean): number => (flag ? 2 : 1);

/** isAgent "1" is CfgFlag false: a server's account is never an agent, and the platform fixes it at creation. */
export function encodeNewPerson(person: NewPerson, password: string): Wire {
  return {
    tenantDBID: String(person.tenantDbid),
    userName: person.userName,
    employeeID: person.employeeId,
    firstName: person.firstName,
    lastName: person.lastName,
    password,
    isAgent: '1',
    state: '1',
    userProperties: person.annex,
  };
}

/** A delta names what changes and nothing else: annex and rights stay as they are. */
export const encodePersonState = (dbid: number, state: PersonState): Wire => ({
  CfgPerson: { DBID: String(dbid), state: String(state) },
});

/** What is added stands within the Person as at its creation; what goes stands beside it, a section with no keys as a whole. */
export const encodePersonAnnex = (dbid: number, section: string, keys: Annex[string] | null): Wire => {
  const DBID = String(dbid);
  return keys === null
    ? { CfgPerson: { DBID }, deletedUserProperties: { [section]: {} } }
    : { CfgPerson: { DBID, userProperties: { [section]: keys } } };
};
