import type { ApplicationObject } from '../ports/config-objects.js';
import type { DatabaseIdentity } from './database-identity.js';
import { compareDatabases, databaseName, databaseOf } from './database-identity.js';
import type { HostNames } from './host-names.js';
import type { ServerPair } from './interaction-servers.js';
import { accessPointsOf } from './interaction-servers.js';

export interface ServerDatabase {
  readonly pair: ServerPair;
  readonly accessPoint: ApplicationObject;
  readonly database: DatabaseIdentity;
}

/** Servers that lead to one database, by whichever access point. */
export interface SharedDatabase {
  readonly certainty: 'same' | 'unclear';
  readonly uses: readonly ServerDatabase[];
}

/** What every server is connected to and can be known by. */
export const databasesOf = (
  pairs: readonly ServerPair[],
  applications: readonly ApplicationObject[],
): readonly ServerDatabase[] =>
  pairs.flatMap((pair) =>
    accessPointsOf(pair.primary, applications)
      .map((accessPoint) => ({ pair, accessPoint, database: databaseOf(accessPoint) }))
      .filter(({ database }) => databaseName(database) !== ''),
  );

/**
 * Groups of uses of one database by several servers. Those that are certainly the same come together once, however
 * many they are; what is unclear is said of each two.
 */
export function sharedDatabases(
  uses: readonly ServerDatabase[],
  hosts: HostNames,
): readonly SharedDatabase[] {
  return [...alike(uses).values()].flatMap((candidates) => {
    const groups = joined(candidates, hosts);
    const same = groups
      .filter((group) => serversIn(group).length > 1)
      .map((group): SharedDatabase => ({ certainty: 'same', uses: group }));
    return [...same, ...unclear(groups, hosts)];
  });
}

export const serversIn = (uses: readonly ServerDatabase[]): readonly ServerPair[] => [
  ...new Set(uses.map(({ pair }) => pair)),
];

/** Only databases of one name, or of one schema where a user is one, can be the same: thousands are compared in small groups. */
function alike(uses: readonly ServerDatabase[]): ReadonlyMap<string, readonly ServerDatabase[]> {
  const groups = new Map<string, ServerDatabase[]>();
  for (const use of uses) {
    const { schema, name } = use.database;
    const key = schema === '' ? `name ${name}` : `schema ${schema}`;
    groups.set(key, [...(groups.get(key) ?? []), use]);
  }
  return groups;
}

function joined(uses: readonly ServerDatabase[], hosts: HostNames): readonly (readonly ServerDatabase[])[] {
  let groups: (readonly ServerDatabase[])[] = [];
  for (const use of uses) {
    const isSame = (group: readonly ServerDatabase[]): boolean =>
      group.some(({ database }) => compareDatabases(database, use.database, hosts) === 'same');
    const same = groups.filter(isSame);
    groups = [...groups.filter((group) => !same.includes(group)), [...same.flat(), use]];
  }
  return groups;
}

function unclear(
  groups: readonly (readonly ServerDatabase[])[],
  hosts: HostNames,
): readonly SharedDatabase[] {
  return groups.flatMap((group, index) =>
    groups.slice(index + 1).flatMap((other): SharedDatabase[] => {
      const two = group
        .flatMap((a) => other.map((b) => [a, b] as const))
        .find(([a, b]) => a.pair !== b.pair && compareDatabases(a.database, b.database, hosts) === 'unclear');
      return two === undefined ? [] : [{ certainty: 'unclear', uses: two }];
    }),
  );
}
