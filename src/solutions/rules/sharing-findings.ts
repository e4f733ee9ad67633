import type { Finding } from '../../saga/action.js';
import type { ApplicationObject } from '../ports/config-objects.js';
import { AppType } from '../ports/object-types.js';
import { databaseName } from './database-identity.js';
import { error, listed, namedApplication, together, warning } from './finding.js';
import type { ServerPair } from './interaction-servers.js';
import type { ServerDatabase, SharedDatabase } from './shared-databases.js';
import { serversIn } from './shared-databases.js';
import type { SharedDependent } from './single-connection.js';

/** Whose sharing is asked about: one tenant's, or in it that of one server alone. */
export interface Concern {
  readonly tenantDbid: number | null;
  readonly server?: ServerPair;
}

const serves = ({ primary }: ServerPair, tenantDbid: number | null): boolean =>
  tenantDbid !== null && primary.tenantDbids.includes(tenantDbid);

/** Sharing is an error within the tenant, whose solutions are to be kept apart; beyond it, somebody has to know. */
export const databaseFindings = (shared: readonly SharedDatabase[], concern: Concern): readonly Finding[] =>
  shared.flatMap((one) => {
    const servers = serversIn(one.uses);
    const { tenantDbid, server: own } = concern;
    if (own !== undefined && !servers.includes(own)) return [];
    const [inside, outside] = [true, false].map((is) =>
      servers.filter((server) => server !== own && serves(server, tenantDbid) === is),
    ) as [ServerPair[], ServerPair[]];
    const first = own === undefined ? [] : [own];
    if (own === undefined && inside.length === 0) return [];
    return [
      ...(first.length + inside.length > 1 && inside.length > 0
        ? [databaseFinding(one, [...first, ...inside], error)]
        : []),
      ...(outside.length > 0
        ? [databaseFinding(one, [...(own === undefined ? inside : first), ...outside], warning)]
        : []),
    ];
  });

function databaseFinding(
  { certainty, uses }: SharedDatabase,
  servers: readonly ServerPair[],
  report: typeof error,
): Finding {
  const names = together(servers.map(({ primary }) => primary.name));
  const of = uses.filter(({ pair }) => servers.includes(pair));
  const databases = listed([...new Set(of.map(({ database }) => databaseName(database)))]);
  const objects = {
    objects: servers.map(({ primary }) => namedApplication(primary)),
    accessPoints: of.map(({ accessPoint }) => namedApplication(accessPoint)),
  };
  // Where one server is asked about, the other one is to be looked at.
  const [first, other = first] = servers;
  const object = other === undefined ? null : namedApplication(other.primary);
  if (certainty === 'same')
    return {
      ...report('shared-database', `${names} use the same database ${databases}.`, object),
      ...objects,
    };
  const machines = listed([...new Set(of.map(({ database }) => database.server))]);
  const detail = `${names} may use the same database ${databases}: it is not clear whether ${machines} are one machine.`;
  return { ...warning('database-unclear', detail, object), ...objects };
}

/** Servers that cannot be shown to have a database of their own. */
export const databaseUnknownFindings = (
  pairs: readonly ServerPair[],
  uses: readonly ServerDatabase[],
): readonly Finding[] =>
  pairs
    .filter((pair) => !uses.some((use) => use.pair === pair))
    .map(({ primary }) =>
      warning(
        'database-unknown',
        `"${primary.name}" is connected to no Database Access Point that names a database, so it cannot be shown to have its own.`,
        namedApplication(primary),
      ),
    );

export const dependentFindings = (
  dependents: readonly SharedDependent[],
  { tenantDbid, server }: Concern,
): readonly Finding[] =>
  dependents
    .filter(({ servers }) =>
      server === undefined ? servers.some((one) => serves(one, tenantDbid)) : servers.includes(server),
    )
    .map(({ application, typeName, servers }) => {
      // The server that is asked about first.
      const ordered = [...servers].sort((a, b) => Number(b === server) - Number(a === server));
      const detail = `The ${typeName} "${application.name}" is connected to ${listed(ordered.map(({ primary }) => primary.name))}; its type supports one Interaction Server only.`;
      return {
        ...warning('dependent-on-two-servers', detail, namedApplication(application)),
        objects: ordered.map(({ primary }) => namedApplication(primary)),
      };
    });

/** A look for type 111 misses it, and the vendor lets only that type serve several tenants. */
export const legacyFindings = (servers: readonly ApplicationObject[]): readonly Finding[] =>
  servers
    .filter(({ appType }) => appType === AppType.tServer)
    .map((server) =>
      warning(
        'legacy-server',
        `"${server.name}" is an Interaction Server set up as type T-Server (1).`,
        namedApplication(server),
      ),
    );
