import type { ResolvedAction } from '../../saga/effect.js';
import type { Desired } from '../desired.js';
import type { RunMode } from '../ports/application-control.js';
import type { ApplicationObject } from '../ports/config-objects.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import { withDefaults } from '../rules/defaults.js';
import { FakePlatform } from './fake-target.js';

export const system = { type: ObjectType.accessGroup, dbid: WellKnown.system };

export const desired = (changes: { readonly [Name in keyof Desired]?: Desired[Name] } = {}): Desired => {
  const request = {
    tenant: 'Environment',
    key: 'retail-email',
    interactionServer: 'IxnServer_Retail',
    businessProcesses: ['Retail Inbound', 'Retail Outbound'],
  };
  return { ...withDefaults(request, { name: 'lab', pairRebind: 'rolling' }), ...changes } as Desired;
};

export const application = (
  dbid: number,
  name: string,
  appType: number,
  changes: Partial<ApplicationObject> = {},
): ApplicationObject => ({
  dbid,
  name,
  appType,
  isServer: true,
  isPrimary: true,
  state: 1,
  tenantDbids: [1],
  hostDbid: null,
  backupDbid: null,
  connections: [],
  startupTimeoutMs: 90_000,
  shutdownTimeoutMs: 90_000,
  options: {},
  annex: {},
  ...changes,
});

export const accessPoint = (dbid: number, name: string, database: string): ApplicationObject =>
  application(dbid, name, 8, {
    hostDbid: 10,
    port: 5432,
    annex: { default: { dbengine: 'postgre', dbname: database, dbserver: 'db1' } },
  });

/** A tenant with the shared server all use today, and a pair of new servers waiting to be bound. */
export function world(): FakePlatform {
  const platform = new FakePlatform();
  const { tables, acls, accounts } = platform;
  tables.tenant.set(1, { dbid: 1, name: 'Environment', state: 1 });
  tables.host.set(10, { dbid: 10, name: 'host1' });
  for (const [dbid, name] of [
    [201, 'Retail Inbound'],
    [202, 'Retail Outbound'],
    [203, 'Claims Intake'],
  ] as const) {
    tables.script.set(dbid, { dbid, tenantDbid: 1, name, scriptType: 28, state: 1 });
  }
  tables.script.set(204, { dbid: 204, tenantDbid: 1, name: 'Retail Queue', scriptType: 23, state: 1 });
  for (const server of [
    application(150, 'IxnServer_Retail', 111, { backupDbid: 151, hostDbid: 10, connections: [160] }),
    application(151, 'IxnServer_Retail_B', 111, { isPrimary: false, hostDbid: 10, connections: [160] }),
    application(152, 'IxnServer_Shared', 111, { connections: [161] }),
    accessPoint(160, 'DAP_Retail', 'retail'),
    accessPoint(161, 'DAP_Shared', 'shared'),
  ]) {
    tables.application.set(server.dbid, server);
    accounts.set(server.dbid, system);
  }
  platform.status(150, 6, 'primary');
  platform.status(151, 6, 'backup');
  platform.status(152, 6, 'primary');
  tables.accessGroup.set(110, {
    dbid: 110,
    tenantDbid: 1,
    name: 'Ixn servers base',
    groupType: 1,
    state: 1,
    members: [],
    annex: {},
  });
  const ofSystem = { account: system, accessMask: 127 };
  const ofBase = { account: { type: ObjectType.accessGroup, dbid: 110 }, accessMask: 1 };
  for (const dbid of [201, 202, 203, 204]) acls.set(`12/${dbid}`, [ofSystem]);
  for (const dbid of [150, 151, 152]) acls.set(`9/${dbid}`, [ofSystem]);
  for (const key of ['7/1', '10/10', '9/160', '9/161']) acls.set(key, [ofSystem, ofBase]);
  return platform;
}

type Status = readonly [status: number, runMode: RunMode];

/** Where the two servers of the waiting pair are. */
export function statuses(platform: FakePlatform, primary: Status, backup: Status): void {
  platform.status(150, ...primary);
  platform.status(151, ...backup);
}

export const action = (
  parts: Pick<ResolvedAction, 'kind' | 'object' | 'before' | 'after'> & Partial<ResolvedAction>,
): ResolvedAction => ({
  step: 'step',
  number: 1,
  input: {},
  operationId: 'operation-1',
  solutionId: 'solution-1',
  target: 'lab',
  attempt: 1,
  ...parts,
});
