import type { ApplicationObject } from '../../../solutions/ports/config-objects.js';
import {
  annexOf,
  dbidOrNull,
  flagOf,
  integerOf,
  isWire,
  MalformedAnswer,
  requiredInteger,
  stateOf,
  structureOf,
  structuresOf,
  textOf,
} from '../wire.js';
import type { Kind } from './kind.js';
import { hidden, shown } from './kind.js';

/** The platform's default for `startupTimeout` and `shutdownTimeout`, in seconds. */
const defaultTimeoutSeconds = 90;

const timeoutMsOf = (value: unknown): number => (integerOf(value) ?? defaultTimeoutSeconds) * 1_000;

export const applicationKind: Kind<'application'> = {
  collection: 'applications',
  singular: 'application',
  decode: (item) => {
    const server = structureOf(item, 'CfgServer', 'CfgServerInfo', 'serverInfo');
    return {
      dbid: requiredInteger(item, 'DBID'),
      name: textOf(item['name']),
      appType: requiredInteger(item, 'type'),
      isServer: flagOf(item['isServer'], server !== item),
      isPrimary: flagOf(item['isPrimary'], true),
      state: stateOf(item['state']),
      tenantDbids: dbidsOf(structuresOf(item['tenantDBIDs'], 'DBID'), 'tenantDBIDs'),
      hostDbid: dbidOrNull(server['hostDBID']),
      ...portOf(server['port'], item['portInfos']),
      backupDbid: dbidOrNull(server['backupServerDBID']),
      connections: dbidsOf(
        structuresOf(item['appServerDBIDs'], 'CfgConnInfo', 'connInfo', 'appServerDBID'),
        'appServerDBIDs',
      ),
      startupTimeoutMs: timeoutMsOf(item['startupTimeout']),
      shutdownTimeoutMs: timeoutMsOf(item['shutdownTimeout']),
      options: annexOf(item['options']),
      annex: annexOf(item['userProperties']),
    };
  },
  terms: (filter) => [
    ...shown('name', filter.name, (application: ApplicationObject, name) => application.name === name),
    ...shown('tenant_dbid', filter.tenantDbid, (application: ApplicationObject, dbid) =>
      application.tenantDbids.includes(dbid),
    ),
    ...shown(
      'app_type',
      filter.appType,
      (application: ApplicationObject, type) => application.appType === type,
    ),
    ...shown('server_dbid', filter.serverDbid, (application: ApplicationObject, dbid) =>
      application.connections.includes(dbid),
    ),
    ...shown(
      'backup_server_dbid',
      filter.backupServerDbid,
      (application: ApplicationObject, dbid) => application.backupDbid === dbid,
    ),
    // The account is not an attribute of the object.
    ...hidden<ApplicationObject>('account_type', filter.account?.type),
    ...hidden<ApplicationObject>('account_dbid', filter.account?.dbid),
  ],
};

/** The port of the server, else of its first listening port; left out where there is none: 0 stands for "not configured". */
function portOf(value: unknown, portInfos: unknown): { readonly port?: number } {
  const [first] = structuresOf(portInfos, 'CfgPortInfo', 'portInfo');
  const port = integerOf(value) || (isWire(first) ? integerOf(first['port']) : null) || 0;
  return port > 0 ? { port } : {};
}

/** A reference that cannot be read is not passed over: a connection that is missing here is a check that is not made. */
function dbidsOf(values: readonly unknown[], list: string): readonly number[] {
  return values.flatMap((value) => {
    const dbid = integerOf(value);
    if (dbid === null) throw new MalformedAnswer(`an application with ${list} that are no DBIDs`);
    return dbid === 0 ? [] : [dbid];
  });
}
