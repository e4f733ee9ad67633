import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import { number, requiredTenant, state } from './class-spec.js';

const shortText = { kind: 'string', initial: '', maxLength: 64 } as const;
const longText = { kind: 'string', initial: '', maxLength: 255 } as const;

export const person: ClassSpec = {
  type: Type.person,
  className: 'CfgPerson',
  collection: 'persons',
  singular: 'person',
  nameAttribute: 'userName',
  attributes: {
    tenantDBID: requiredTenant,
    userName: { kind: 'string', mandatory: true, maxLength: 255 },
    employeeID: { kind: 'string', mandatory: true, maxLength: 64 },
    firstName: shortText,
    lastName: shortText,
    emailAddress: longText,
    externalID: longText,
    password: { kind: 'string', maxLength: 64 },
    isAgent: { kind: 'flag', immutable: true, initial: '1' },
    isAdmin: { kind: 'flag', initial: '1' },
    isExternalAuth: { kind: 'flag', initial: '1' },
    changePasswordOnNextLogin: { kind: 'flag', initial: '1' },
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [
    {
      attribute: 'agentInfo',
      member: 'CfgAgentInfo',
      attributes: { placeDBID: number, siteDBID: number, contractDBID: number, capacityRuleDBID: number },
    },
  ],
  unique: [
    { attribute: 'userName', scope: 'database', property: 90 },
    { attribute: 'employeeID', scope: 'tenant', property: 91 },
  ],
  writable: true,
};
