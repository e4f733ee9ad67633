import type { Finding } from '../../saga/action.js';
import type { ApplicationObject, ObjectId } from '../ports/config-objects.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import { error, listed, named, namedApplication, warning } from './finding.js';
import type { InspectedServer, Inspection } from './inspection.js';
import { isAccount, ownPerson } from './inspection.js';
import { interactionServers, maySupportInteractions } from './interaction-servers.js';
import { serverState } from './server-state.js';
import { didYouMean, knownInstead } from '../../config/similar-names.js';
import { unseenServerFindings } from './unseen-servers.js';

const enabled = 1;

/** The Interaction Server of the request and its backup: what they are, whom they serve, as what they run. */
export function serverFindings(inspection: Inspection): readonly Finding[] {
  const { desired, applications, server, backup } = inspection;
  if (server === null) {
    const hint = serverHint(desired.interactionServer, primaries(applications));
    const detail = `There is no Interaction Server "${desired.interactionServer}": no application has this name.${hint}`;
    return [
      error('unknown-interaction-server', detail, named(ObjectType.application, desired.interactionServer)),
    ];
  }
  const { application } = server;
  if (!maySupportInteractions(application)) {
    const detail = `"${application.name}" is an application of type ${application.appType}, not an Interaction Server (type 111 or 1).`;
    return [error('not-an-interaction-server', detail, namedApplication(application))];
  }
  return [
    ...tenantFindings(inspection, application),
    ...pairFindings(inspection, application),
    ...[server, ...(backup === null ? [] : [backup])].flatMap((one) => [
      ...stateFindings(one),
      ...accountFindings(inspection, one),
    ]),
  ];
}

/** A longer list is no help, and none is where the service user reads no Interaction Server at all. */
const fewServers = 5;

const serverHint = (wanted: string, servers: readonly string[]): string =>
  servers.length > 0 && servers.length <= fewServers
    ? knownInstead(wanted, servers)
    : didYouMean(wanted, servers);

/** Backups are not suggested: they are handled with their primaries. */
function primaries(applications: readonly ApplicationObject[]): readonly string[] {
  const backups = new Set(applications.map(({ backupDbid }) => backupDbid));
  return interactionServers(applications)
    .filter(({ dbid }) => !backups.has(dbid))
    .map(({ name }) => name);
}

function tenantFindings({ tenant, desired }: Inspection, application: ApplicationObject): readonly Finding[] {
  if (tenant === null) return [];
  if (!application.tenantDbids.includes(tenant.dbid)) {
    const detail = `"${application.name}" does not serve the tenant "${desired.tenant}".`;
    return [error('server-not-in-tenant', detail, namedApplication(application))];
  }
  if (application.tenantDbids.length === 1) return [];
  const detail = `"${application.name}" serves ${application.tenantDbids.length} tenants; as the account of this solution it reads Business Processes of "${desired.tenant}" only.`;
  return [warning('server-serves-other-tenants', detail, namedApplication(application))];
}

function pairFindings({ applications }: Inspection, application: ApplicationObject): readonly Finding[] {
  const primaries = applications.filter(({ backupDbid }) => backupDbid === application.dbid);
  const [primary] = primaries;
  if (primary !== undefined) {
    const detail = `"${application.name}" is the backup of "${primary.name}". Name "${primary.name}"; its backup is handled with it.`;
    return [error('server-is-backup', detail, namedApplication(application))];
  }
  if (application.backupDbid === null) return [];
  const others = applications.filter(
    ({ backupDbid, dbid }) => backupDbid === application.backupDbid && dbid !== application.dbid,
  );
  if (others.length === 0) return [];
  const detail = `The backup of "${application.name}" is the backup of ${listed(others.map(({ name }) => name))} too.`;
  return [error('backup-shared', detail, namedApplication(application))];
}

function stateFindings(server: InspectedServer): readonly Finding[] {
  const { application, status, unseen } = server;
  const disabled =
    application.state === enabled
      ? []
      : [error('object-disabled', `"${application.name}" is disabled.`, namedApplication(application))];
  const known = [...disabled, ...unseenServerFindings(server)];
  if (unseen?.status !== undefined || serverState(status?.status ?? null) !== 'unknown') return known;
  const detail = `Solution Control Server does not know whether "${application.name}" runs.`;
  return [...known, error('server-state-unknown', detail, namedApplication(application))];
}

function accountFindings(
  inspection: Inspection,
  { application, account }: InspectedServer,
): readonly Finding[] {
  if (account === null || isSystem(account) || isAccount(account, ownPerson(inspection))) return [];
  const what = account.type === ObjectType.person ? 'the Person' : 'the access group';
  const detail = `"${application.name}" does not run as SYSTEM but as ${what} with DBID ${account.dbid}.`;
  return [error('server-already-bound', detail, namedApplication(application))];
}

export const isSystem = (account: ObjectId): boolean =>
  account.type === ObjectType.accessGroup && account.dbid === WellKnown.system;

/** Objects that another live solution of the target holds. */
export function claimFindings({ claims }: Inspection): readonly Finding[] {
  return claims.map(({ resource, solution }) => {
    const detail = `"${resource.split('/').slice(2).join('/')}" belongs to the solution "${solution.key}" of tenant "${solution.tenant}".`;
    return error('resource-claimed', detail, { resource });
  });
}
