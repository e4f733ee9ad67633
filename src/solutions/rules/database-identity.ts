import type { ApplicationObject } from '../ports/config-objects.js';

/** Which database a Database Access Point leads to. Texts are in lower case, empty where the object does not say. */
export interface DatabaseIdentity {
  readonly engine: string;
  readonly server: string;
  readonly hostDbid: number | null;
  readonly port: number | null;
  readonly name: string;
}

/** Annex section `default` of a Database Access Point, as Genesys Administrator Extension writes it (facts sheet 3.7). */
export function databaseOf(accessPoint: ApplicationObject): DatabaseIdentity {
  const section = Object.entries(accessPoint.annex['default'] ?? {});
  const text = (key: string): string =>
    (section.find(([name]) => name.toLowerCase() === key)?.[1] ?? '').trim().toLowerCase();
  return {
    engine: text('dbengine'),
    server: text('dbserver'),
    hostDbid: accessPoint.hostDbid,
    port: accessPoint.port ?? null,
    name: text('dbname'),
  };
}

/**
 * Two access points may name one database. What either leaves open counts as equal: a database shared by mistake costs
 * interactions, a false alarm costs a look. Two host objects of one machine cannot be told to be the same.
 */
export function sameDatabase(a: DatabaseIdentity, b: DatabaseIdentity): boolean {
  if (a.name === '' || a.name !== b.name) return false;
  return sameOrOpen(a.engine, b.engine, '') && sameServer(a, b) && sameOrOpen(a.port, b.port, null);
}

function sameServer(a: DatabaseIdentity, b: DatabaseIdentity): boolean {
  const bothNamed = a.server !== '' && b.server !== '';
  return bothNamed ? a.server === b.server : sameOrOpen(a.hostDbid, b.hostDbid, null);
}

const sameOrOpen = <T>(a: T, b: T, open: T): boolean => a === open || b === open || a === b;
