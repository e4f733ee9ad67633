import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import { requiredName, state, text, uniqueName } from './class-spec.js';

/** CfgService: what the Management Layer calls a solution, a list of applications that belong together. */
export const solution: ClassSpec = {
  type: Type.solution,
  className: 'CfgService',
  collection: 'services',
  singular: 'service',
  nameAttribute: 'name',
  attributes: {
    name: requiredName,
    type: { kind: 'number', initial: '1', immutable: true },
    version: text,
    startupType: { kind: 'number', initial: '1' },
    state,
  },
  keyValues: ['userProperties'],
  lists: [
    {
      name: 'components',
      key: 'appDBID',
      refersTo: Type.application,
      deleted: 'deletedComponents',
      changed: 'changedComponents',
    },
  ],
  nested: [],
  unique: [uniqueName('database')],
  writable: true,
};
