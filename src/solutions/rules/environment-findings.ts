import type { Finding } from '../../saga/action.js';
import type { ApplicationObject } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { databaseOf, sameDatabase } from './database-identity.js';
import { error, listed, named, namedApplication, warning } from './finding.js';
import type { Inspection } from './inspection.js';
import { accessPointsOf, interactionServers, pairOf } from './interaction-servers.js';
import { sharedDependents } from './single-connection.js';

/** Sharing is an error within the tenant, whose solutions are to be kept apart; beyond it, somebody has to know. */
export function databaseFindings({ server, tenant, applications }: Inspection): readonly Finding[] {
  if (server === null) return [];
  const { application } = server;
  const databases = accessPointsOf(application, applications)
    .map(databaseOf)
    .filter(({ name }) => name !== '');
  if (databases.length === 0) {
    const detail = `"${application.name}" is connected to no Database Access Point that names a database, so it cannot be shown to have its own.`;
    return [warning('database-unknown', detail, namedApplication(application))];
  }
  const own = pairOf(application, applications);
  const sharing = interactionServers(applications).filter(
    (other) =>
      !own.has(other.dbid) &&
      accessPointsOf(other, applications).some((point) =>
        databases.some((database) => sameDatabase(database, databaseOf(point))),
      ),
  );
  return sharing.map((other) => {
    const report = tenant !== null && other.tenantDbids.includes(tenant.dbid) ? error : warning;
    return report(
      'shared-database',
      `"${application.name}" and "${other.name}" use the same database ${listed(shared(other, databases, applications))}.`,
      namedApplication(other),
    );
  });
}

function shared(
  other: ApplicationObject,
  databases: readonly ReturnType<typeof databaseOf>[],
  applications: readonly ApplicationObject[],
): string[] {
  const theirs = accessPointsOf(other, applications).map(databaseOf);
  return databases
    .filter((database) => theirs.some((one) => sameDatabase(database, one)))
    .map(({ name }) => name);
}

export function dependentFindings({ server, applications }: Inspection): readonly Finding[] {
  if (server === null) return [];
  return sharedDependents(server.application, applications).map(({ application, typeName, servers }) =>
    warning(
      'dependent-on-two-servers',
      `The ${typeName} "${application.name}" is connected to ${listed(servers.map(({ name }) => name))}; its type supports one Interaction Server only.`,
      namedApplication(application),
    ),
  );
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
