import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import { number, requiredName, state, text, uniqueName } from './class-spec.js';

const timeout = { kind: 'number', initial: '90' } as const;

export const application: ClassSpec = {
  type: Type.application,
  className: 'CfgApplication',
  collection: 'applications',
  singular: 'application',
  nameAttribute: 'name',
  attributes: {
    name: requiredName,
    /** From its prototype, where it has one. */
    type: { kind: 'number', mandatory: true, immutable: true },
    version: { kind: 'string', initial: '8.5.100.00', immutable: true },
    isServer: { kind: 'flag', initial: '2', immutable: true },
    state,
    redundancyType: number,
    startupType: { kind: 'number', initial: '1', readOnly: true },
    appPrototypeDBID: { kind: 'number', initial: '0', immutable: true },
    commandLine: text,
    commandLineArguments: text,
    componentType: number,
    isPrimary: { kind: 'flag', initial: '2', readOnly: true },
    autoRestart: { kind: 'flag', initial: '2' },
    startupTimeout: timeout,
    shutdownTimeout: timeout,
    workDirectory: text,
  },
  keyValues: ['options', 'userProperties'],
  lists: [
    { name: 'tenantDBIDs', refersTo: Type.tenant, deleted: 'deletedTenantDBIDs' },
    {
      name: 'appServerDBIDs',
      key: 'appServerDBID',
      refersTo: Type.application,
      deleted: 'deletedAppServerDBIDs',
      changed: 'changedAppServerDBIDs',
    },
    { name: 'portInfos', key: 'id', deleted: 'deletedPortInfos', changed: 'changedPortInfos' },
  ],
  nested: [
    {
      attribute: 'serverInfo',
      member: 'CfgServer',
      attributes: {
        hostDBID: number,
        port: text,
        backupServerDBID: number,
        timeout: { kind: 'number', initial: '10' },
        attempts: { kind: 'number', initial: '1' },
      },
    },
  ],
  unique: [uniqueName('database')],
  writable: true,
};
