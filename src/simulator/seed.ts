import { AppType, ScriptType, Type } from './world/ids.js';
import type { WorldSpec } from './world/spec.js';

/** What every server account must read here; granted once, so that a new account only needs the base group. */
const BASE = 'Ixn servers base';
const readByServers = { [BASE]: 1 };

type Application = NonNullable<WorldSpec['applications']>[number];

const dap = (name: string, dbname: string, dbserver = 'db-ixn.lab.example'): Application => ({
  name,
  type: AppType.dbServer,
  host: 'db-ixn',
  port: '5432',
  annex: {
    default: {
      dbengine: 'postgre',
      dbserver,
      dbname,
      username: 'ixn',
      dbcase: 'any',
      connection_type: 'main',
    },
  },
  grants: readByServers,
});

const interactionServer = (
  name: string,
  host: string,
  port: string,
  dapName: string,
  more: Partial<Application> = {},
): Application => ({
  name,
  type: AppType.interactionServer,
  host,
  port,
  connections: [dapName, 'MessageServer', 'ContactServer'],
  status: 'running',
  options: { settings: { 'agent-login-control': 'none' } },
  ...more,
});

const client = (
  name: string,
  type: number,
  connections: string[],
  more: Partial<Application> = {},
): Application => ({
  name,
  type,
  host: 'app-1',
  connections,
  status: 'running',
  grants: readByServers,
  ...more,
});
const desktop = (name: string, connections: string[]): Application =>
  client(name, AppType.workspace, connections, { isServer: false, status: 'stopped' });

const processes = (...names: string[]): NonNullable<WorldSpec['scripts']> =>
  names.map((name) => ({ name, type: ScriptType.businessProcess }));

/**
 * A contact centre where three solutions still share one Interaction Server under SYSTEM, and a server of its own
 * waits for each. `docs/simulator.md` says what is deliberately wrong in it.
 */
const lab: WorldSpec = {
  tenants: [{ name: 'Environment', grants: readByServers }, { name: 'Branch' }],
  hosts: ['app-1', 'app-2', 'ixn-1', 'ixn-2', 'db-ixn'].map((name) => ({ name, grants: readByServers })),
  accessGroups: [{ name: BASE }, { name: 'Routing designers' }],
  persons: [
    { userName: 'agent.miller', employeeId: 'A-1001', firstName: 'Ana', lastName: 'Miller', isAgent: true },
    { userName: 'designer', employeeId: 'D-2001', firstName: 'Dan', lastName: 'Signer' },
  ],
  enumerators: [
    'Media Type',
    'Interaction Type',
    'Interaction Subtype',
    'Service Type',
    'Category Structure',
  ].map((name) => ({
    name,
    grants: readByServers,
  })),
  // The claims server reads this list when it starts, and nobody thought of giving its account Read on it.
  transactions: [{ name: 'Claims opening hours' }],
  scripts: [
    ...processes(
      'Retail Inbound',
      'Retail Outbound',
      'Retail Complaints',
      'Claims Intake',
      'Claims Review',
      'Bank Chat',
      'Bank E-mail',
    ),
    { name: 'Retail Inbound Queue', type: ScriptType.interactionQueue },
    { name: 'Retail Inbound Queue/View', type: ScriptType.queueView },
    { name: 'Claims Intake Queue', type: ScriptType.interactionQueue },
    { name: 'Bank Chat Queue', type: ScriptType.interactionQueue },
    { name: 'Route to agents', type: ScriptType.enhancedRouting },
    // Readable by EVERYONE, so by every account: it voids the isolation of its tenant.
    { name: 'Branch Walk-in', type: ScriptType.businessProcess, tenant: 'Branch', grants: { EVERYONE: 1 } },
  ],
  applications: [
    {
      name: 'MessageServer',
      type: AppType.messageServer,
      host: 'app-1',
      status: 'running',
      grants: readByServers,
    },
    {
      name: 'SCS',
      type: AppType.solutionControlServer,
      host: 'app-1',
      connections: ['MessageServer'],
      status: 'running',
    },
    dap('DAP_Contacts', 'ucs', 'db-ucs.lab.example'),
    {
      name: 'ContactServer',
      type: AppType.contactServer,
      host: 'app-2',
      connections: ['DAP_Contacts', 'MessageServer'],
      status: 'running',
      grants: readByServers,
    },

    dap('DAP_IxnServer_Shared', 'ixn_shared'),
    dap('DAP_IxnServer_Retail', 'ixn_retail'),
    dap('DAP_IxnServer_Claims', 'ixn_claims'),
    // Another object, other spelling, the same database as the shared server's.
    dap('DAP_IxnServer_Bank', 'IXN_SHARED', 'DB-IXN.lab.example'),
    dap('DAP_IxnServer_Legacy', 'ixn_legacy'),

    interactionServer('IxnServer_Shared', 'ixn-1', '4420', 'DAP_IxnServer_Shared', {
      tenants: ['Environment', 'Branch'],
    }),
    interactionServer('IxnServer_Retail_B', 'ixn-2', '4430', 'DAP_IxnServer_Retail'),
    interactionServer('IxnServer_Retail', 'ixn-1', '4430', 'DAP_IxnServer_Retail', {
      backup: 'IxnServer_Retail_B',
    }),
    interactionServer('IxnServer_Claims', 'ixn-1', '4440', 'DAP_IxnServer_Claims', {
      needsRead: [{ type: Type.transaction, name: 'Claims opening hours' }],
    }),
    interactionServer('IxnServer_Bank_B', 'ixn-2', '4450', 'DAP_IxnServer_Bank'),
    interactionServer('IxnServer_Bank', 'ixn-1', '4450', 'DAP_IxnServer_Bank', {
      backup: 'IxnServer_Bank_B',
    }),
    // Since 7.2 an Interaction Server may be of type T-Server: a check that looks at 111 only misses it.
    interactionServer('IxnServer_Legacy', 'app-2', '4460', 'DAP_IxnServer_Legacy', {
      type: AppType.tServer,
      status: 'stopped',
    }),

    client('StatServer_Shared', AppType.statServer, ['IxnServer_Shared', 'MessageServer']),
    client('URS', AppType.router, ['IxnServer_Shared', 'StatServer_Shared', 'MessageServer']),
    client('ICON', AppType.callConcentrator, ['IxnServer_Shared']),
    desktop('Workspace', ['IxnServer_Shared', 'StatServer_Shared']),
    client('StatServer_Retail', AppType.statServer, ['IxnServer_Retail', 'MessageServer']),
    desktop('Workspace_Retail', ['IxnServer_Retail', 'StatServer_Retail']),
    client('StatServer_Claims', AppType.statServer, ['IxnServer_Claims', 'MessageServer']),
    desktop('Workspace_Claims', ['IxnServer_Claims', 'StatServer_Claims']),
    // Attached to two Interaction Servers, and it supports one.
    client('StatServer_Bank', AppType.statServer, ['IxnServer_Bank', 'IxnServer_Shared', 'MessageServer']),
    desktop('Workspace_Bank', ['IxnServer_Bank', 'StatServer_Bank']),
  ],
};

export const seeds = { default: lab, empty: {} } as const satisfies Record<string, WorldSpec>;
