import type { HostObject } from '../../../solutions/ports/config-objects.js';
import { requiredInteger, textOf } from '../wire.js';
import type { Kind } from './kind.js';
import { shown } from './kind.js';

export const hostKind: Kind<'host'> = {
  collection: 'hosts',
  singular: 'host',
  decode: (item) => ({
    dbid: requiredInteger(item, 'DBID'),
    name: textOf(item['name']),
    address: textOf(item['IPaddress']),
  }),
  terms: (filter) => shown('name', filter.name, (host: HostObject, name) => host.name === name),
};
