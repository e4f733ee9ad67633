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

/** A pair counts as one server: DBIDs of this server, its backup, and the primary it is the backup of. */
export function pairOf(
  server: ApplicationObject,
  applications: readonly ApplicationObject[],
): ReadonlySet<number> {
  const primary = applications.find(({ backupDbid }) => backupDbid === server.dbid);
  const dbids = [server.dbid, server.backupDbid, primary?.dbid];
  return new Set(dbids.filter((dbid): dbid is number => typeof dbid === 'number'));
}
