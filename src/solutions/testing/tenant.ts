import { singleConnectionTypes } from '../../config/single-connection.js';
import { named } from '../rules/finding.js';
import type { Reader } from '../rules/readers.js';
import type { MarkedSolution, TenantFacts, TenantSolution } from '../rules/tenant-facts.js';
import { accessPoint, application } from './world.js';

export const process = (dbid: number, name: string) => named(12, name, dbid);

export const solution = (key: string, changes: Partial<TenantSolution> = {}): TenantSolution => ({
  id: `0193aaaa-0000-7000-8000-${key.padStart(12, '0')}`,
  key,
  displayName: key,
  state: 'active',
  isolation: 'verified',
  requireExclusive: false,
  newestBusinessProcess: null,
  businessProcesses: [],
  servers: [],
  ...changes,
});

export const marked = (id: string, changes: Partial<MarkedSolution> = {}): MarkedSolution => ({
  id,
  key: 'retail',
  state: 'active',
  live: true,
  accessGroup: 105,
  person: 120,
  ...changes,
});

export const reader = (name: string, changes: Partial<Reader> = {}): Reader => ({
  account: { type: 3, dbid: 120 },
  name,
  servers: [],
  reads: [],
  solution: null,
  ...changes,
});

export const shared = (servers: readonly string[], reads: Reader['reads']): Reader =>
  reader('SYSTEM', { account: { type: 21, dbid: 98 }, servers, reads });

/** A tenant with two servers, each with a database of its own, and three Business Processes. */
export const tenant = (changes: Partial<TenantFacts> = {}): TenantFacts => ({
  tenant: { ...named(7, 'Environment'), dbid: 1 },
  applications: [
    application(150, 'IxnServer_A', 111, { connections: [160] }),
    application(152, 'IxnServer_B', 111, { connections: [161] }),
    accessPoint(160, 'DAP_A', 'a'),
    accessPoint(161, 'DAP_B', 'b'),
  ],
  hosts: [],
  singleConnection: singleConnectionTypes,
  businessProcesses: [process(201, 'One'), process(202, 'Two'), process(203, 'Three')],
  readers: [],
  unseenServers: [],
  everyone: { group: named(21, 'EVERYONE', 97), reads: [] },
  baseGroups: [],
  solutions: [],
  marked: [],
  markedSolutions: new Map(),
  ...changes,
});
