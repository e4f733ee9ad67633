import type { ApplicationObject } from '../ports/config-objects.js';
import { AppType } from '../ports/object-types.js';

/** The platform lets an Interaction Server be set up as type 111 or, since 7.2, as T-Server, type 1 (facts sheet 5). */
export const maySupportInteractions = (application: ApplicationObject): boolean =>
  application.appType === AppType.interactionServer || application.appType === AppType.tServer;

export const accessPointsOf = (
  server: ApplicationObject,
  applications: readonly ApplicationObject[],
): readonly ApplicationObject[] =>
  applications.filter(
    ({ appType, dbid }) => appType === AppType.dbServer && server.connections.includes(dbid),
  );

/**
 * Everything that is an Interaction Server. A T-Server for telephony has no database, so one of type 1 counts only when
 * it is connected to a Database Access Point; otherwise every telephony switch would be reported as a reader.
 */
export const interactionServers = (
  applications: readonly ApplicationObject[],
): readonly ApplicationObject[] =>
  applications.filter(
    (application) =>
      application.appType === AppType.interactionServer ||
      (application.appType === AppType.tServer && accessPointsOf(application, applications).length > 0),
  );

/** A primary with its backup, which count as one server. */
export interface ServerPair {
  readonly primary: ApplicationObject;
  readonly backup: ApplicationObject | null;
}

/** All Interaction Servers, a backup with its primary; one whose primary cannot be seen stands for itself. */
export function serverPairs(applications: readonly ApplicationObject[]): readonly ServerPair[] {
  const servers = interactionServers(applications);
  const byDbid = new Map(servers.map((server) => [server.dbid, server]));
  const backups = new Set(servers.map(({ backupDbid }) => backupDbid));
  return servers
    .filter(({ dbid }) => !backups.has(dbid))
    .map((primary) => ({ primary, backup: byDbid.get(primary.backupDbid ?? 0) ?? null }));
}

export const isOfPair = ({ primary, backup }: ServerPair, dbid: number): boolean =>
  primary.dbid === dbid || backup?.dbid === dbid;

export const bothOfPair = ({ primary, backup }: ServerPair): readonly ApplicationObject[] =>
  backup === null ? [primary] : [primary, backup];
