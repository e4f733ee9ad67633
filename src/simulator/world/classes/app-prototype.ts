import { Type } from '../ids.js';
import type { ClassSpec } from './class-spec.js';
import { requiredName, state, uniqueName } from './class-spec.js';

/** What applications are made from: it gives them type and version. */
export const appPrototype: ClassSpec = {
  type: Type.appPrototype,
  className: 'CfgAppPrototype',
  collection: 'app-prototypes',
  singular: 'app-prototype',
  nameAttribute: 'name',
  attributes: {
    name: requiredName,
    type: { kind: 'number', mandatory: true, immutable: true },
    version: { kind: 'string', initial: '8.5.100.00', immutable: true },
    state,
  },
  keyValues: ['options', 'userProperties'],
  lists: [],
  nested: [],
  unique: [uniqueName('database')],
  writable: true,
};
