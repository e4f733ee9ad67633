import type { TenantObject } from '../../../solutions/ports/config-objects.js';
import { requiredInteger, stateOf, textOf } from '../wire.js';
import type { Kind } from './kind.js';
import { shown } from './kind.js';

export const tenantKind: Kind<'tenant'> = {
  collection: 'tenants',
  singular: 'tenant',
  decode: (item) => ({
    dbid: requiredInteger(item, 'DBID'),
    name: textOf(item['name']),
    state: stateOf(item['state']),
  }),
  terms: (filter) => shown('name', filter.name, (tenant: TenantObject, name) => tenant.name === name),
};
