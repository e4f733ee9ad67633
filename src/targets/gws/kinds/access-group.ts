import type { AccessGroupObject, NewAccessGroup, ObjectId } from '../../../solutions/ports/config-objects.js';
import { ObjectType } from '../../../solutions/ports/object-types.js';
import type { Wire } from '../wire.js';
import {
  annexOf,
  integerOf,
  isWire,
  MalformedAnswer,
  requiredInteger,
  stateOf,
  structureOf,
  structuresOf,
  textOf,
} from '../wire.js';
import type { Kind } from './kind.js';
import { shown } from './kind.js';

export const accessGroupKind: Kind<'accessGroup'> = {
  collection: 'access-groups',
  singular: 'access-group',
  decode: (item) => {
    const group = structureOf(item, 'CfgGroup', 'groupInfo');
    return {
      dbid: requiredInteger(group, 'DBID'),
      tenantDbid: requiredInteger(group, 'tenantDBID'),
      name: textOf(group['name']),
      groupType: integerOf(item['type']) ?? 0,
      state: stateOf(group['state']),
      members: structuresOf(item['memberIDs'], 'cfgID', 'CfgID').map(decodeMember),
      // By its class the annex belongs to CfgGroup; nobody has seen where it stands in JSON.
      annex: { ...annexOf(item['userProperties']), ...annexOf(group['userProperties']) },
    };
  },
  terms: (filter) => [
    ...shown('tenant_dbid', filter.tenantDbid, (group: AccessGroupObject, dbid) => group.tenantDbid === dbid),
    ...shown('name', filter.name, (group: AccessGroupObject, name) => group.name === name),
    ...shown('person_dbid', filter.personDbid, (group: AccessGroupObject, dbid) =>
      group.members.some((member) => member.type === ObjectType.person && member.dbid === dbid),
    ),
  ],
};

function decodeMember(item: unknown): ObjectId {
  if (!isWire(item)) throw new MalformedAnswer('a member of an access group that is not an object');
  return { type: integerOf(item['type']) ?? ObjectType.person, dbid: requiredInteger(item, 'DBID') };
}

/** CfgAccessGroupType 1 is an ordinary group. */
export function encodeNewAccessGroup(group: NewAccessGroup): Wire {
  return {
    type: '1',
    CfgGroup: {
      tenantDBID: String(group.tenantDbid),
      name: group.name,
      state: '1',
      userProperties: group.annex,
    },
  };
}

/**
 * The delta of one membership. `list` names the member list: what a site's platform calls it is not documented.
 * Items stand under `cfgID`, as in the only request that has been seen.
 */
export function encodeMemberDelta(groupDbid: number, list: string, member: ObjectId): Wire {
  return {
    CfgDeltaGroup: {
      CfgGroup: { DBID: String(groupDbid) },
      [list]: [{ cfgID: { CSID: '0', DBID: String(member.dbid), type: String(member.type) } }],
    },
  };
}
