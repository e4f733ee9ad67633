import { grantsOf } from './build-tenants.js';
import { AppType, Flag, Status, Type, WellKnown } from './ids.js';
import type { Behaviour, Id, RunMode, Scalars } from './records.js';
import { stoppedServer } from './server-records.js';
import type { FullWorldSpec } from './spec.js';
import type { WorldBuilder } from './world-builder.js';
import { ENVIRONMENT } from './world-builder.js';

type Application = FullWorldSpec['applications'][number];

const configurationServer: Application = {
  name: 'confserv',
  type: AppType.configurationServer,
  status: 'running',
  options: { security: { 'no-default-access': '0' } },
};

/** Applications may name each other in any order: their DBIDs are given out first. */
export function addApplications(builder: WorldBuilder, spec: FullWorldSpec): void {
  const all = [configurationServer, ...spec.applications];
  for (const a of all)
    builder.reserve(
      Type.application,
      '',
      a.name,
      a === configurationServer ? WellKnown.configurationServer : undefined,
    );
  const primaries = new Map(all.flatMap((a) => (a.backup === undefined ? [] : [[a.backup, a] as const])));
  for (const a of all) addApplication(builder, a, primaries.get(a.name));
}

function addApplication(builder: WorldBuilder, a: Application, primary: Application | undefined): void {
  const { tenants = [ENVIRONMENT], connections = [] } = primary ?? a;
  const isServer = a.isServer ?? true;
  const isPaired = primary !== undefined || a.backup !== undefined;
  const dbid = builder.find(Type.application, a.name);
  builder.add(
    Type.application,
    {
      scalars: {
        name: a.name,
        type: String(a.type),
        isServer: isServer ? Flag.true : Flag.false,
        isPrimary: primary === undefined ? Flag.true : Flag.false,
        redundancyType: isPaired ? '2' : '1',
      },
      lists: {
        tenantDBIDs: tenants.map((tenant) => String(builder.find(Type.tenant, tenant))),
        appServerDBIDs: connections.map((name) => connection(builder.find(Type.application, name))),
        portInfos: a.port === undefined ? [] : [{ id: 'default', port: a.port, connProtocol: '' }],
      },
      nested: {
        serverInfo: {
          hostDBID: a.host === undefined ? '0' : String(builder.find(Type.host, a.host)),
          port: a.port ?? '',
          backupServerDBID: a.backup === undefined ? '0' : String(builder.find(Type.application, a.backup)),
        },
      },
      keyValues: { options: a.options ?? {}, userProperties: a.annex ?? {} },
      ...grantsOf(a),
    },
    dbid,
  );
  if (!isServer) return;
  const account = accountOf(builder, a);
  const runs = a.status === 'running';
  const leading: RunMode = primary?.status === 'running' ? 'backup' : 'primary';
  builder.addServer(dbid, account, {
    ...stoppedServer,
    behaviour: behaviourOf(builder, a),
    status: runs ? Status.running : Status.stopped,
    runMode: runs ? leading : 'none',
    runningAs: runs ? account : null,
    clock: { ...stoppedServer.clock, hasRun: runs },
  });
}

function accountOf(builder: WorldBuilder, { account }: Application): Id {
  if (account === undefined) return { type: Type.accessGroup, dbid: WellKnown.systemGroup };
  if ('person' in account) return { type: Type.person, dbid: builder.find(Type.person, account.person) };
  return { type: Type.accessGroup, dbid: builder.find(Type.accessGroup, account.group) };
}

function behaviourOf(builder: WorldBuilder, { startupMs, shutdownMs, needsRead }: Application): Behaviour {
  return {
    ...(startupMs === undefined ? {} : { startupMs }),
    ...(shutdownMs === undefined ? {} : { shutdownMs }),
    ...(needsRead === undefined
      ? {}
      : {
          needsRead: needsRead.map((r) => ({ type: r.type, dbid: builder.find(r.type, r.name, r.tenant) })),
        }),
  };
}

const connection = (dbid: number): Scalars => ({
  appServerDBID: String(dbid),
  connProtocol: 'addp',
  timoutLocal: '7',
  timoutRemote: '11',
  mode: '3',
  id: 'default',
  transportParams: '',
  appParams: '',
  proxyParams: '',
  description: '',
});
