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
import { cannotTell } from './rights.js';
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
import type { SharedGroup, TenantFacts, TenantSolution } from './tenant-facts.js';
import { ownersOf, readsOf, serversOfTenant, solutionOfReader } from './tenant-servers.js';
import { unclaimedFindings } from './unclaimed.js';

/** What several servers use although each should have its own. */
export interface Sharing {
  readonly databases: readonly SharedDatabase[];
  readonly dependents: readonly SharedDependent[];
  readonly clusters: readonly Cluster[];
}

/** Over the whole target: a server of another tenant may use the same database. */
export function sharingIn({ applications, hosts, singleConnection }: TenantFacts): Sharing {
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
  };
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
    ...[facts.everyone, ...facts.baseGroups].flatMap((group) => sharedGroupFindings(group)),
    ...readers.flatMap((reader) => sharedAccountFindings(reader, servers)),
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

/** Whatever such a group reads, every account reads with it. */
function sharedGroupFindings({ group, reads }: SharedGroup): readonly Finding[] {
  if (reads === cannotTell || reads.length === 0) return [];
  const detail = `"${group.name}" reads Business Processes, and with it all that are in it: ${names(reads)}.`;
  return [{ ...error('readable-by-all', detail, group), objects: reads }];
}

/** Several servers with one account work on the same Business Processes. */
function sharedAccountFindings(reader: Reader, servers: readonly ServerPair[]): readonly Finding[] {
  const run = servers.filter((pair) => bothOfPair(pair).some(({ name }) => reader.servers.includes(name)));
  const read = readsOf(reader);
  if (run.length < 2 || read.length === 0) return [];
  const detail = `${together(run.map(({ primary }) => primary.name))} run as "${reader.name}" and read the same Business Processes: ${names(read)}.`;
  const account = { type: reader.account.type, name: reader.name, dbid: reader.account.dbid };
  return [{ ...warning('shared-account', detail, account), objects: read }];
}

const names = (objects: readonly NamedObject[]): string => listed(objects.map(({ name }) => name));
