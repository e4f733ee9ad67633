import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import {
  NAME_PROPERTY,
  number,
  requiredName,
  requiredTenant,
  state,
  text,
  uniqueName,
} from './class-spec.js';

export const script: ClassSpec = {
  type: Type.script,
  className: 'CfgScript',
  collection: 'scripts',
  singular: 'script',
  nameAttribute: 'name',
  attributes: {
    tenantDBID: requiredTenant,
    name: requiredName,
    type: { kind: 'number', mandatory: true, immutable: true },
    index: number,
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('tenant')],
  writable: true,
};

export const tenant: ClassSpec = {
  type: Type.tenant,
  className: 'CfgTenant',
  collection: 'tenants',
  singular: 'tenant',
  nameAttribute: 'name',
  attributes: {
    name: requiredName,
    isServiceProvider: { kind: 'flag', initial: '1' },
    parentTenantDBID: { kind: 'number', initial: '1' },
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('database')],
  writable: false,
};

export const host: ClassSpec = {
  type: Type.host,
  className: 'CfgHost',
  collection: 'hosts',
  singular: 'host',
  nameAttribute: 'name',
  attributes: {
    name: requiredName,
    type: { kind: 'number', initial: '1' },
    IPaddress: text,
    LCAPort: { kind: 'string', initial: '4999' },
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('database')],
  writable: false,
};

export const enumerator: ClassSpec = {
  type: Type.enumerator,
  className: 'CfgEnumerator',
  collection: 'enumerators',
  singular: 'enumerator',
  nameAttribute: 'name',
  attributes: {
    tenantDBID: requiredTenant,
    name: requiredName,
    displayName: text,
    description: text,
    type: { kind: 'number', initial: '2', immutable: true },
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('tenant')],
  writable: true,
};

export const transaction: ClassSpec = {
  type: Type.transaction,
  className: 'CfgTransaction',
  collection: 'transactions',
  singular: 'transaction',
  nameAttribute: 'name',
  attributes: {
    tenantDBID: requiredTenant,
    name: requiredName,
    type: { kind: 'number', initial: '16', immutable: true },
    alias: text,
    description: text,
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('tenant')],
  writable: true,
};

export const skill: ClassSpec = {
  type: Type.skill,
  className: 'CfgSkill',
  collection: 'skills',
  singular: 'skill',
  nameAttribute: 'name',
  attributes: { tenantDBID: requiredTenant, name: requiredName, state },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('tenant')],
  writable: true,
};

export const folder: ClassSpec = {
  type: Type.folder,
  className: 'CfgFolder',
  collection: 'folders',
  singular: 'folder',
  nameAttribute: 'name',
  attributes: {
    name: requiredName,
    /** CfgObjectType of what it holds. */
    type: { kind: 'number', mandatory: true, immutable: true },
    folderClass: { kind: 'number', initial: '1' },
    ownerDBID: number,
    state,
  },
  keyValues: ['userProperties'],
  lists: [],
  nested: [],
  unique: [{ attribute: 'name', scope: 'tenant', property: NAME_PROPERTY }],
  writable: false,
};
