import type { Conventions } from '../../../config/conventions.js';
import type {
  AccessGroupObject,
  Annex,
  NewAccessGroup,
  ObjectId,
} from '../../../solutions/ports/config-objects.js';
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
export function encodeNewAccessGroup(group: NewAccessGroup, conventions: Conventions): Wire {
  const inside = { tenantDBID: String(group.tenantDbid), name: group.name, state: '1' };
  const annex = { userProperties: group.annex };
  return conventions.accessGroupAnnex === 'CfgGroup'
    ? { type: '1', CfgGroup: { ...inside, ...annex } }
    : { type: '1', CfgGroup: inside, ...annex };
}

/** The delta of one membership, spelled as the conventions say: none of the names is documented. */
export function encodeMemberDelta(
  groupDbid: number,
  change: 'add' | 'remove',
  member: ObjectId,
  conventions: Conventions,
): Wire {
  const { accessGroupMembers, accessGroupMembersDeleted, accessGroupMemberItems } = conventions;
  const id = { CSID: '0', DBID: String(member.dbid), type: String(member.type) };
  const item = accessGroupMemberItems === 'bare' ? id : { [accessGroupMemberItems]: id };
  const list = { [change === 'add' ? accessGroupMembers : accessGroupMembersDeleted]: [item] };
  const group = { CfgGroup: { DBID: String(groupDbid) } };
  return conventions.accessGroupMembersIn === 'CfgDeltaGroup'
    ? { CfgDeltaGroup: { ...group, ...list } }
    : { CfgDeltaGroup: group, ...list };
}

/** As at its creation, one level deeper: the delta of an access group is the delta of its CfgGroup. */
export function encodeGroupAnnex(
  dbid: number,
  section: string,
  keys: Annex[string] | null,
  { accessGroupAnnex }: Conventions,
): Wire {
  const DBID = String(dbid);
  if (keys === null)
    return { CfgDeltaGroup: { CfgGroup: { DBID }, deletedUserProperties: { [section]: {} } } };
  const annex = { userProperties: { [section]: keys } };
  return accessGroupAnnex === 'CfgGroup'
    ? { CfgDeltaGroup: { CfgGroup: { DBID, ...annex } } }
    : { CfgDeltaGroup: { CfgGroup: { DBID } }, ...annex };
}
