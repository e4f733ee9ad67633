import type { Finding } from '../../saga/action.js';
import { ObjectType } from '../ports/object-types.js';
import { clusterFindings, clustersOf } from './clusters.js';
import { error, named, warning } from './finding.js';
import { hostNames } from './host-names.js';
import type { Inspection } from './inspection.js';
import { isOfPair, serverPairs } from './interaction-servers.js';
import { databasesOf, sharedDatabases } from './shared-databases.js';
import {
  databaseFindings,
  databaseUnknownFindings,
  dependentFindings,
  legacyFindings,
} from './sharing-findings.js';
import { sharedDependents } from './single-connection.js';

/** What the server of the request shares with others, by the rules of the whole tenant's report. */
export function sharingFindings({
  server,
  backup,
  tenant,
  applications,
  hosts,
  config,
}: Inspection): readonly Finding[] {
  if (server === null) return [];
  const { application } = server;
  const known = serverPairs(applications);
  const own = known.find((pair) => isOfPair(pair, application.dbid)) ?? {
    primary: application,
    backup: backup?.application ?? null,
  };
  const pairs = known.includes(own) ? known : [...known, own];
  const uses = databasesOf(pairs, applications);
  const concern = { tenantDbid: tenant?.dbid ?? null, server: own };
  const clusters = clustersOf(applications, pairs).filter(({ nodes }) => nodes.includes(own));
  return [
    ...clusterFindings(clusters),
    ...databaseUnknownFindings([own], uses),
    ...databaseFindings(sharedDatabases(uses, hostNames(hosts)), concern),
    ...dependentFindings(sharedDependents(applications, pairs, config.singleConnection), concern),
    ...legacyFindings([application]),
  ];
}

/** What the targets file relies on. */
export function siteFindings({ baseAccessGroups, requiredObjects, config }: Inspection): readonly Finding[] {
  const groups = baseAccessGroups
    .filter(({ found }) => found === null)
    .map(({ name }) =>
      error(
        'base-access-group-missing',
        `The base access group "${name}" does not exist.`,
        named(ObjectType.accessGroup, name),
      ),
    );
  const objects = requiredObjects
    .filter(({ dbid }) => dbid === null)
    .map(({ type, name }) =>
      error(
        'required-object-missing',
        `The required object "${name}" of type ${type} does not exist.`,
        named(type, name),
      ),
    );
  const children = config.requiredReads.childScripts
    ? [
        warning(
          'child-scripts-unchecked',
          'Scripts below the Business Processes are not checked: the platform does not say which they are.',
          null,
        ),
      ]
    : [];
  return [...groups, ...objects, ...children];
}
