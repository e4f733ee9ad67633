import type { IgnoreRule } from '../../config/ignore-rules.js';
import type { Finding } from '../../saga/action.js';
import type { ExplainedFinding } from '../finding-view.js';
import { explained } from '../finding-view.js';
import { databaseName, databaseOf } from '../rules/database-identity.js';
import type { NamedObject } from '../rules/finding.js';
import { namedApplication } from '../rules/finding.js';
import { withoutIgnoredFindings } from '../rules/ignored.js';
import type { ServerPair } from '../rules/interaction-servers.js';
import { accessPointsOf, bothOfPair } from '../rules/interaction-servers.js';
import type { Orphan } from '../rules/orphans.js';
import { orphansOf } from '../rules/orphans.js';
import { cannotTell } from '../rules/rights.js';
import { serversIn } from '../rules/shared-databases.js';
import type { TenantFacts, TenantSolution } from '../rules/tenant-facts.js';
import type { Sharing } from '../rules/tenant-findings.js';
import { sharingIn, tenantFindings } from '../rules/tenant-findings.js';
import { ownersOf, readsOf, serversOfTenant } from '../rules/tenant-servers.js';
import { unclaimedOf } from '../rules/unclaimed.js';

export interface ReportedServer {
  readonly server: NamedObject;
  readonly backup: NamedObject | null;
  /** CfgAppType: 111, or 1 for one set up as T-Server. */
  readonly type: number;
  /** null where it cannot be told. */
  readonly account: { readonly type: number; readonly name: string; readonly dbid: number } | null;
  /** Key of the solution that holds it. */
  readonly solution: string | null;
  readonly databases: readonly {
    readonly accessPoint: NamedObject;
    readonly name: string;
    readonly server: string;
  }[];
  /** Whose Business Processes it reads and how many; the key null stands for those of no solution. */
  readonly reads: readonly { readonly solution: string | null; readonly businessProcesses: number }[] | null;
}

export interface IsolationReport {
  readonly target: string;
  readonly tenant: NamedObject;
  readonly at: string;
  /** False: some of it could not be told, and the findings say what. */
  readonly complete: boolean;
  readonly summary: {
    readonly solutions: number;
    readonly servers: number;
    readonly businessProcesses: number;
    readonly errors: number;
    readonly warnings: number;
    readonly ignored: number;
  };
  readonly findings: readonly ExplainedFinding[];
  /** What a rule of the targets file says nobody needs to be told of. */
  readonly ignored: readonly (ExplainedFinding & { readonly ignoredBecause: string })[];
  readonly solutions: readonly Pick<
    TenantSolution,
    'id' | 'key' | 'displayName' | 'state' | 'isolation' | 'servers'
  >[];
  readonly servers: readonly ReportedServer[];
  readonly shared: {
    /** Servers that work on Business Processes of several solutions, or of one and of nobody. */
    readonly servers: readonly Pick<ReportedServer, 'server' | 'account' | 'reads'>[];
    /** Servers that run as one account and so work on the same Business Processes. */
    readonly accounts: readonly {
      readonly account: NamedObject;
      readonly servers: readonly NamedObject[];
      readonly businessProcesses: number;
    }[];
    readonly databases: readonly {
      /** Its names, as the access points write them. */
      readonly names: readonly string[];
      readonly certain: boolean;
      readonly servers: readonly NamedObject[];
      readonly accessPoints: readonly NamedObject[];
    }[];
    readonly dependents: readonly {
      readonly application: NamedObject;
      readonly type: string;
      readonly servers: readonly NamedObject[];
    }[];
  };
  readonly businessProcesses: readonly {
    readonly businessProcess: NamedObject;
    readonly solution: string | null;
    readonly isNew: boolean;
    /** Names of the accounts of Interaction Servers that read it. */
    readonly readers: readonly string[];
  }[];
  readonly orphans: readonly Orphan[];
}

/** Who shares what, who reads whose Business Processes, and what nobody holds. */
export function isolationReport(
  target: string,
  facts: TenantFacts,
  at: Date,
  ignore: readonly IgnoreRule[] = [],
): IsolationReport {
  const sharing = sharingIn(facts);
  const all = sortedByWeight(tenantFindings(facts, sharing)).map(explained);
  const place = { tenant: facts.tenant.name, nowMs: at.getTime() };
  const { kept: findings, ignored } = withoutIgnoredFindings(all, ignore, place);
  const owners = ownersOf(facts);
  const servers = serversOfTenant(facts).map((pair) => reportedServer(facts, owners, pair));
  const businessProcesses = readersOfEach(facts, owners);
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    target,
    tenant: facts.tenant,
    at: at.toISOString(),
    complete: facts.unseenServers.length === 0 && facts.readers.every(({ reads }) => reads !== cannotTell),
    summary: {
      solutions: facts.solutions.length,
      servers: servers.length,
      businessProcesses: businessProcesses.length,
      errors: count('error'),
      warnings: count('warning'),
      ignored: ignored.length,
    },
    findings,
    ignored,
    solutions: facts.solutions.map(({ id, key, displayName, state, isolation, servers: held }) => ({
      id,
      key,
      displayName,
      state,
      isolation,
      servers: held,
    })),
    servers,
    shared: {
      servers: servers
        .filter(({ reads }) => (reads?.length ?? 0) > 1)
        .map(({ server, account, reads }) => ({ server, account, reads })),
      ...sharedIn(facts, sharing),
    },
    businessProcesses,
    orphans: orphansOf(facts),
  };
}

const sortedByWeight = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));

function reportedServer(
  facts: TenantFacts,
  owners: ReadonlyMap<string, TenantSolution>,
  pair: ServerPair,
): ReportedServer {
  const { primary, backup } = pair;
  const names = bothOfPair(pair).map(({ name }) => name);
  const reader = facts.readers.find(({ servers }) => names.some((name) => servers.includes(name))) ?? null;
  const counts = new Map<string | null, number>();
  for (const { name } of reader === null ? [] : readsOf(reader)) {
    const key = owners.get(name)?.key ?? null;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return {
    server: namedApplication(primary),
    backup: backup === null ? null : namedApplication(backup),
    type: primary.appType,
    account: reader === null ? null : { ...reader.account, name: reader.name },
    solution: facts.solutions.find(({ servers }) => servers.includes(primary.name))?.key ?? null,
    databases: accessPointsOf(primary, facts.applications).map((accessPoint) => {
      const database = databaseOf(accessPoint);
      return {
        accessPoint: namedApplication(accessPoint),
        name: databaseName(database),
        server: database.server,
      };
    }),
    reads:
      reader === null || reader.reads === cannotTell
        ? null
        : [...counts].map(([solution, businessProcesses]) => ({ solution, businessProcesses })),
  };
}

function sharedIn(
  { tenant }: TenantFacts,
  { accounts, databases, dependents }: Sharing,
): Omit<IsolationReport['shared'], 'servers'> {
  const isHere = (servers: readonly ServerPair[]): boolean =>
    servers.some(({ primary }) => primary.tenantDbids.includes(tenant.dbid));
  return {
    accounts: accounts.map(({ account, servers, reads }) => ({
      account,
      servers: servers.map(({ primary }) => namedApplication(primary)),
      businessProcesses: reads.length,
    })),
    databases: databases
      .filter(({ uses }) => isHere(serversIn(uses)))
      .map(({ certainty, uses }) => ({
        names: [...new Set(uses.map(({ database }) => databaseName(database)))],
        certain: certainty === 'same',
        servers: serversIn(uses).map(({ primary }) => namedApplication(primary)),
        accessPoints: uses.map(({ accessPoint }) => namedApplication(accessPoint)),
      })),
    dependents: dependents
      .filter(({ servers }) => isHere(servers))
      .map(({ application, typeName, servers }) => ({
        application: namedApplication(application),
        type: typeName,
        servers: servers.map(({ primary }) => namedApplication(primary)),
      })),
  };
}

function readersOfEach(
  facts: TenantFacts,
  owners: ReadonlyMap<string, TenantSolution>,
): IsolationReport['businessProcesses'] {
  const fresh = new Set(unclaimedOf(facts).flatMap(({ isNew, object }) => (isNew ? [object.dbid] : [])));
  const readers = new Map<number | null, string[]>(facts.businessProcesses.map(({ dbid }) => [dbid, []]));
  for (const reader of facts.readers)
    for (const { dbid } of readsOf(reader)) readers.get(dbid)?.push(reader.name);
  return facts.businessProcesses.map((businessProcess) => ({
    businessProcess,
    solution: owners.get(businessProcess.name)?.key ?? null,
    isNew: fresh.has(businessProcess.dbid),
    readers: readers.get(businessProcess.dbid) ?? [],
  }));
}
