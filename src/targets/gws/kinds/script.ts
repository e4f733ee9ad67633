import type { ScriptObject } from '../../../solutions/ports/config-objects.js';
import { requiredInteger, stateOf, textOf } from '../wire.js';
import type { Kind } from './kind.js';
import { shown } from './kind.js';

export const scriptKind: Kind<'script'> = {
  collection: 'scripts',
  singular: 'script',
  decode: (item) => ({
    dbid: requiredInteger(item, 'DBID'),
    tenantDbid: requiredInteger(item, 'tenantDBID'),
    name: textOf(item['name']),
    scriptType: requiredInteger(item, 'type'),
    state: stateOf(item['state']),
  }),
  terms: (filter) => [
    ...shown('tenant_dbid', filter.tenantDbid, (script: ScriptObject, dbid) => script.tenantDbid === dbid),
    ...shown('script_type', filter.scriptType, (script: ScriptObject, type) => script.scriptType === type),
    ...shown('name', filter.name, (script: ScriptObject, name) => script.name === name),
  ],
};
