import type { Finding } from '../../saga/action.js';
import type { ApplicationObject } from '../ports/config-objects.js';
import { AppType } from '../ports/object-types.js';
import { error, listed, namedApplication } from './finding.js';
import type { ServerPair } from './interaction-servers.js';
import { bothOfPair } from './interaction-servers.js';

export interface Cluster {
  readonly application: ApplicationObject;
  readonly nodes: readonly ServerPair[];
}

/** Application Clusters that Interaction Servers belong to: connected to it, or it to them. */
export const clustersOf = (
  applications: readonly ApplicationObject[],
  pairs: readonly ServerPair[],
): readonly Cluster[] =>
  applications
    .filter(({ appType }) => appType === AppType.applicationCluster)
    .map((application) => ({
      application,
      nodes: pairs.filter((pair) =>
        bothOfPair(pair).some(
          (server) =>
            server.connections.includes(application.dbid) || application.connections.includes(server.dbid),
        ),
      ),
    }))
    .filter(({ nodes }) => nodes.length > 0);

/** Nodes of a cluster share a database and take each other's work by design: who tells them apart breaks the cluster. */
export const clusterFindings = (clusters: readonly Cluster[]): readonly Finding[] =>
  clusters.map(({ application, nodes }) => ({
    ...error(
      'cluster-not-supported',
      `${listed(nodes.map(({ primary }) => primary.name))} ${nodes.length === 1 ? 'is a node' : 'are nodes'} of the cluster "${application.name}".`,
      namedApplication(application),
    ),
    objects: nodes.map(({ primary }) => namedApplication(primary)),
  }));
