import type { ApplicationObject } from '../ports/config-objects.js';
import type { ServerPair } from './interaction-servers.js';
import { bothOfPair } from './interaction-servers.js';

/** A type of application that supports a connection to one Interaction Server only. */
export interface SingleConnection {
  /** CfgAppType. */
  readonly type: number;
  readonly name: string;
}

export interface SharedDependent {
  readonly application: ApplicationObject;
  readonly typeName: string;
  /** The Interaction Servers it is connected to, a pair counted once: two or more. */
  readonly servers: readonly ServerPair[];
}

/** Applications connected to several Interaction Servers although their type supports one only. */
export function sharedDependents(
  applications: readonly ApplicationObject[],
  pairs: readonly ServerPair[],
  types: readonly SingleConnection[],
): readonly SharedDependent[] {
  const typeNames = new Map(types.map(({ type, name }) => [type, name]));
  const pairOf = new Map(pairs.flatMap((pair) => bothOfPair(pair).map(({ dbid }) => [dbid, pair])));
  return applications.flatMap((application) => {
    const typeName = typeNames.get(application.appType);
    if (typeName === undefined) return [];
    const connected = application.connections.flatMap((dbid) => pairOf.get(dbid) ?? []);
    const servers = [...new Set(connected)];
    return servers.length > 1 ? [{ application, typeName, servers }] : [];
  });
}
