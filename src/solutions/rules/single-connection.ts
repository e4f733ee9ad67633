import type { ApplicationObject } from '../ports/config-objects.js';
import { interactionServers, pairOf } from './interaction-servers.js';

/**
 * Types that support a connection to one Interaction Server only (facts sheet 5): Stat Server, Call Concentrator (ICON),
 * Agent Desktop, Interaction Workspace. A site with more of them adds a line.
 */
const singleConnectionTypes: ReadonlyMap<number, string> = new Map([
  [2, 'Stat Server'],
  [9, 'Interaction Concentrator'],
  [18, 'Agent Desktop'],
  [157, 'Interaction Workspace'],
]);

export interface SharedDependent {
  readonly application: ApplicationObject;
  readonly typeName: string;
  /** The Interaction Servers it is connected to, a pair counted once. */
  readonly servers: readonly ApplicationObject[];
}

/** Applications connected to this server and to another Interaction Server although their type supports one only. */
export function sharedDependents(
  server: ApplicationObject,
  applications: readonly ApplicationObject[],
): readonly SharedDependent[] {
  const own = pairOf(server, applications);
  const candidates = interactionServers(applications);
  return applications.flatMap((application) => {
    const typeName = singleConnectionTypes.get(application.appType);
    if (typeName === undefined) return [];
    const connected = candidates.filter(({ dbid }) => application.connections.includes(dbid));
    const others = connected.filter(({ dbid }) => !own.has(dbid));
    const isShared = others.length > 0 && connected.some(({ dbid }) => own.has(dbid));
    return isShared ? [{ application, typeName, servers: [server, ...others] }] : [];
  });
}
