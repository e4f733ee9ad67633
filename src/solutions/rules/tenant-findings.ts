import type { Finding } from '../../saga/action.js';
import type { Cluster } from './clusters.js';
import { clusterFindings, clustersOf } from './clusters.js';
import { defaultAccessFindings } from './default-access.js';
import type { NamedObject } from './finding.js';
import { error, listed, together, warning } from './finding.js';
import { hostNames } from './host-names.js';
import type { ServerPair } from './interaction-servers.js';
import { bothOfPair, serverPairs } from './interaction-servers.js';
import { orphanFindings, orphansOf } from './orphans.js';
import type { Reader } from './readers.js';
import {
  excessFinding,
  sharedReaderFinding,
  unseenAccountFindings,
  unseenReaderFindings,
} from './readers.js';
import type { SharedDatabase } from './shared-databases.js';
import { databasesOf, serversIn, sharedDatabases } from './shared-databases.js';
import {
  databaseFindings,
  databaseUnknownFindings,
  dependentFindings,
  legacyFindings,
} from './sharing-findings.js';
import type { SharedDependent } from './single-connection.js';
import { sharedDependents } from './single-connection.js';
import type { TenantFacts, TenantSolution } from './tenant-facts.js';
import { ownersOf, readsOf, serversOfTenant, solutionOfReader } from './tenant-servers.js';
import { unclaimedFindings } from './unclaimed.js';

/** What several servers use although each should have its own. */
export interface Sharing {
  readonly databases: readonly SharedDatabase[];
  readonly dependents: readonly SharedDependent[];
  readonly clusters: readonly Cluster[];
  readonly accounts: readonly SharedAccount[];
}

/** Several servers with one account work on the same Business Processes. */
export interface SharedAccount {
  readonly account: NamedObject;
  readonly servers: readonly ServerPair[];
  readonly reads: readonly NamedObject[];
}

/** Databases over the whole target: a server of another tenant may use the same one. */
export function sharingIn(facts: TenantFacts): Sharing {
  const { applications, hosts, singleConnection } = facts;
  const pairs = serverPairs(applications);
  const clusters = clustersOf(applications, pairs);
  // One cluster's nodes share a database by design.
  const isOfCluster = ({ uses }: SharedDatabase): boolean =>
    clusters.some(({ nodes }) => serversIn(uses).every((server) => isNode(nodes, server)));
  return {
    databases: sharedDatabases(databasesOf(pairs, applications), hostNames(hosts)).filter(
      (shared) => !isOfCluster(shared),
    ),
    dependents: sharedDependents(applications, pairs, singleConnection),
    clusters,
    accounts: sharedAccounts(facts),
  };
}

function sharedAccounts(facts: TenantFacts): readonly SharedAccount[] {
  const servers = serversOfTenant(facts);
  return facts.readers
    .map((reader) => ({
      account: { type: reader.account.type, name: reader.name, dbid: reader.account.dbid },
      servers: servers.filter((pair) => bothOfPair(pair).some(({ name }) => reader.servers.includes(name))),
      reads: readsOf(reader),
    }))
    .filter((one) => one.servers.length > 1 && one.reads.length > 0);
}

const isNode = (nodes: readonly ServerPair[], { primary }: ServerPair): boolean =>
  nodes.some((node) => node.primary.dbid === primary.dbid);

/** All that speaks against the isolation of a tenant, by the rules that plans, steps and verification go by. */
export function tenantFindings(facts: TenantFacts, sharing: Sharing): readonly Finding[] {
  const { tenant, applications, readers, unseenServers } = facts;
  const servers = serversOfTenant(facts);
  const concern = { tenantDbid: tenant.dbid };
  const owners = ownersOf(facts);
  const nodes = sharing.clusters.filter((cluster) => servers.some((server) => isNode(cluster.nodes, server)));
  return [
    ...clusterFindings(nodes),
    ...databaseFindings(sharing.databases, concern),
    ...databaseUnknownFindings(servers, databasesOf(servers, applications)),
    ...readers.flatMap((reader) => readerFindings(facts, owners, reader)),
    ...sharedGroupFindings(facts),
    ...sharedAccountFindings(sharing.accounts),
    ...dependentFindings(sharing.dependents, concern),
    ...legacyFindings(servers.map(({ primary }) => primary)),
    ...defaultAccessFindings(applications),
    ...unclaimedFindings(facts),
    ...orphanFindings(orphansOf(facts)),
    ...unseenReaderFindings(readers),
    ...unseenAccountFindings(unseenServers),
  ];
}

function readerFindings(
  facts: TenantFacts,
  owners: ReadonlyMap<string, TenantSolution>,
  reader: Reader,
): readonly Finding[] {
  const own = solutionOfReader(facts, reader);
  const foreign = readsOf(reader).filter(({ name }) => own === null || owners.get(name) !== own);
  if (own !== null) {
    const account = { type: reader.account.type, name: reader.name, dbid: reader.account.dbid };
    return foreign.length === 0 ? [] : [excessFinding(account, foreign)];
  }
  const claimed = foreign.filter(({ name }) => owners.has(name));
  const whose = [...new Set(claimed.flatMap(({ name }) => owners.get(name) ?? []))];
  if (whose.length === 0) return [];
  const keys = together(whose.map(({ key }) => key));
  const solutions = `${whose.length === 1 ? 'the solution' : 'the solutions'} ${keys}`;
  return [
    sharedReaderFinding(
      reader,
      claimed,
      solutions,
      whose.some((one) => one.requireExclusive),
    ),
  ];
}

/** Whatever such a group reads, every account reads with it; a base group reads what EVERYONE reads, which is said of that one. */
function sharedGroupFindings({ everyone, baseGroups }: TenantFacts): readonly Finding[] {
  const ofEveryone = new Set(readsOf(everyone).map(({ dbid }) => dbid));
  const groups = [
    { group: everyone.group, reads: readsOf(everyone) },
    ...baseGroups.map((one) => ({
      group: one.group,
      reads: readsOf(one).filter(({ dbid }) => !ofEveryone.has(dbid)),
    })),
  ];
  return groups
    .filter(({ reads }) => reads.length > 0)
    .map(({ group, reads }) => {
      const detail = `"${group.name}" reads Business Processes, and with it all that are in it: ${names(reads)}.`;
      return { ...error('readable-by-all', detail, group), objects: reads };
    });
}

const sharedAccountFindings = (shared: readonly SharedAccount[]): readonly Finding[] =>
  shared.map(({ account, servers, reads }) => {
    const detail = `${together(servers.map(({ primary }) => primary.name))} run as "${account.name}" and read the same Business Processes: ${names(reads)}.`;
    return { ...warning('shared-account', detail, account), objects: reads };
  });

const names = (objects: readonly NamedObject[]): string => listed(objects.map(({ name }) => name));
