import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import { requiredName, requiredTenant, state, uniqueName } from './class-spec.js';

export const agentGroup: ClassSpec = {
  type: Type.agentGroup,
  className: 'CfgAgentGroup',
  collection: 'agent-groups',
  singular: 'agent-group',
  base: 'CfgGroup',
  nameAttribute: 'name',
  attributes: { tenantDBID: requiredTenant, name: requiredName, state },
  keyValues: ['userProperties'],
  lists: [{ name: 'agentDBIDs', refersTo: Type.person, deleted: 'deletedAgentDBIDs' }],
  nested: [],
  unique: [uniqueName('tenant')],
  writable: true,
};
