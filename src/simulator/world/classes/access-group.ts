import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import { number, requiredName, requiredTenant, state, uniqueName } from './class-spec.js';

export const accessGroup: ClassSpec = {
  type: Type.accessGroup,
  className: 'CfgAccessGroup',
  collection: 'access-groups',
  singular: 'access-group',
  base: 'CfgGroup',
  nameAttribute: 'name',
  attributes: {
    tenantDBID: requiredTenant,
    name: requiredName,
    type: { kind: 'number', immutable: true, initial: '1', outside: true },
    state,
    capacityTableDBID: number,
    quotaTableDBID: number,
    capacityRuleDBID: number,
    siteDBID: number,
    contractDBID: number,
  },
  keyValues: ['userProperties'],
  lists: [{ name: 'memberIDs', key: 'DBID', refersTo: Type.person, deleted: 'deletedMemberIDs' }],
  nested: [],
  unique: [uniqueName('tenant')],
  writable: true,
};
