import { z } from 'zod';
import { AppType, ScriptType } from './world/ids.js';
import type { WorldSpec } from './world/spec.js';

/** How large a tenant; all counts. */
export const bigTenantSchema = z.strictObject({
  businessProcesses: z.number().int().min(1).max(100_000).default(5_000),
  /** Each with an Interaction Server, its backup, a DAP, a Stat Server and a desktop. */
  solutions: z.number().int().min(1).max(5_000).default(200),
  /** How many solutions, counted from the last one, run under an account of their own; by default all but the first. */
  setUp: z.number().int().nonnegative().optional(),
  /** Persons that have nothing to do with it: what a list without paging drags along. */
  agents: z.number().int().nonnegative().max(100_000).default(1_000),
});
export type BigTenant = z.input<typeof bigTenantSchema>;

const BASE = 'Ixn servers base';
const readByServers = { [BASE]: 1 };
/** Of the Business Processes: 500 of 5,000 are the first solution's, the others have 22 or 23. */
const SHARE_OF_FIRST = 0.1;

type Application = NonNullable<WorldSpec['applications']>[number];

const padded = (n: number): string => String(n).padStart(4, '0');
export const processName = (n: number): string => `Business Process ${String(n).padStart(5, '0')}`;

/** To which solution (from 1) the n-th Business Process (from 0) belongs. */
function ownerOf(n: number, processes: number, solutions: number): number {
  const ofFirst = solutions === 1 ? processes : Math.ceil(processes * SHARE_OF_FIRST);
  return n < ofFirst ? 1 : 2 + ((n - ofFirst) % (solutions - 1));
}

/**
 * One tenant with thousands of objects. Solution 0001 waits for its account and its server runs as SYSTEM; the others
 * have been set up by hand with the names that onboarding would give: group `solution-0002-account`, Person
 * `ixn-environment-solution-0002`.
 */
export function bigTenant(size: BigTenant = {}): WorldSpec {
  const { businessProcesses, solutions, agents, setUp = solutions - 1 } = bigTenantSchema.parse(size);
  const numbers = Array.from({ length: solutions }, (_, i) => i + 1);
  const isSetUp = (n: number): boolean => n > solutions - setUp;
  const accounts = numbers.filter(isSetUp);
  const userNames = accounts.map((n) => `ixn-environment-solution-${padded(n)}`);
  return {
    tenants: [{ name: 'Environment', grants: readByServers }],
    hosts: ['app-1', 'ixn-1', 'ixn-2', 'db-ixn'].map((name) => ({ name, grants: readByServers })),
    accessGroups: [
      { name: BASE, members: userNames },
      ...accounts.map((n, i) => ({ name: groupOf(n), members: [userNames[i] ?? ''] })),
    ],
    persons: [
      ...userNames.map((userName, i) => ({
        userName,
        employeeId: userName.toUpperCase(),
        firstName: 'IxnServer',
        lastName: `Solution ${padded(accounts[i] ?? 0)}`,
      })),
      ...Array.from({ length: agents }, (_, i) => ({
        userName: `agent.${i + 1}`,
        employeeId: `A-${i + 1}`,
        firstName: 'Agent',
        lastName: `Number ${i + 1}`,
        isAgent: true,
      })),
    ],
    enumerators: ['Media Type', 'Interaction Type', 'Category Structure'].map((name) => ({
      name,
      grants: readByServers,
    })),
    scripts: Array.from({ length: businessProcesses }, (_, i) => {
      const owner = ownerOf(i, businessProcesses, solutions);
      return {
        name: processName(i + 1),
        type: ScriptType.businessProcess,
        ...(isSetUp(owner) ? { grants: { [groupOf(owner)]: 9 } } : {}),
      };
    }),
    applications: [
      running('MessageServer', AppType.messageServer, 'app-1', []),
      running('SCS', AppType.solutionControlServer, 'app-1', ['MessageServer']),
      running('ContactServer', AppType.contactServer, 'app-1', ['MessageServer']),
      ...numbers.flatMap((n) => serversOf(padded(n), isSetUp(n) ? groupOf(n) : undefined)),
    ],
  };
}

const groupOf = (n: number): string => `solution-${padded(n)}-account`;

const running = (name: string, type: number, host: string, connections: string[]): Application => ({
  name,
  type,
  host,
  connections,
  status: 'running',
  grants: readByServers,
});

/** @param group of the account that the pair runs under, or none: SYSTEM */
function serversOf(number: string, group: string | undefined): Application[] {
  const [server, dap] = [`IxnServer_${number}`, `DAP_IxnServer_${number}`];
  const account =
    group === undefined ? {} : { account: { person: `ixn-environment-solution-${number}` } as const };
  const ixn = (name: string, host: string, more: Partial<Application>): Application => ({
    ...running(name, AppType.interactionServer, host, [dap, 'MessageServer', 'ContactServer']),
    port: '4420',
    grants: group === undefined ? {} : { [group]: 9 },
    ...account,
    ...more,
  });
  return [
    {
      name: dap,
      type: AppType.dbServer,
      host: 'db-ixn',
      port: '5432',
      annex: {
        default: { dbengine: 'postgre', dbserver: 'db-ixn.lab.example', dbname: `ixn_${number}` },
      },
      grants: readByServers,
    },
    ixn(`${server}_B`, 'ixn-2', {}),
    ixn(server, 'ixn-1', { backup: `${server}_B` }),
    running(`StatServer_${number}`, AppType.statServer, 'app-1', [server, 'MessageServer']),
    {
      ...running(`Workspace_${number}`, AppType.workspace, 'app-1', [server, `StatServer_${number}`]),
      isServer: false,
      status: 'stopped',
    },
  ];
}
