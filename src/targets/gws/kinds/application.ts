import type { ApplicationObject } from '../../../solutions/ports/config-objects.js';
import {
  annexOf,
  dbidOrNull,
  flagOf,
  integerOf,
  isWire,
  listOf,
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
      isServer: flagOf(item['isServer'], false),
      isPrimary: flagOf(item['isPrimary'], true),
      state: stateOf(item['state']),
      tenantDbids: dbidsOf(listOf(item['tenantDBIDs'])),
      hostDbid: dbidOrNull(server['hostDBID']),
      ...portOf(server['port']),
      backupDbid: dbidOrNull(server['backupServerDBID']),
      connections: dbidsOf(
        structuresOf(item['appServerDBIDs'], 'CfgConnInfo').map((connection) =>
          isWire(connection) ? connection['appServerDBID'] : connection,
        ),
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

/** Left out where the platform shows none: 0 stands for "not configured". */
function portOf(value: unknown): { readonly port?: number } {
  const port = integerOf(value) ?? 0;
  return port > 0 ? { port } : {};
}

function dbidsOf(values: readonly unknown[]): readonly number[] {
  return values.map(dbidOrNull).filter((dbid) => dbid !== null);
}
