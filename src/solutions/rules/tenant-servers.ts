import type { ServerPair } from './interaction-servers.js';
import { serverPairs } from './interaction-servers.js';
import type { NamedObject } from './finding.js';
import type { Reader } from './readers.js';
import { cannotTell } from './rights.js';
import type { TenantFacts, TenantSolution } from './tenant-facts.js';

/** The Interaction Servers that serve the tenant, a pair counted once. */
export const serversOfTenant = ({ applications, tenant }: TenantFacts): readonly ServerPair[] =>
  serverPairs(applications).filter(({ primary }) => primary.tenantDbids.includes(tenant.dbid));

/** Name of a Business Process → the solution that has claimed it. */
export const ownersOf = ({ solutions }: TenantFacts): ReadonlyMap<string, TenantSolution> =>
  new Map(
    solutions.flatMap((solution) => solution.businessProcesses.map((name) => [name, solution] as const)),
  );

/** The live solution whose account this is. */
export const solutionOfReader = ({ solutions }: TenantFacts, reader: Reader): TenantSolution | null =>
  solutions.find(({ id }) => id === reader.solution) ?? null;

/** Nothing where it cannot be told: the caller says so in its own words. */
export const readsOf = ({ reads }: Pick<Reader, 'reads'>): readonly NamedObject[] =>
  reads === cannotTell ? [] : reads;
