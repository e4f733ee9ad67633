import type { Finding } from '../../saga/action.js';
import type { Refs } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { adoptionFindings } from './adoption.js';
import { defaultAccessFindings } from './default-access.js';
import { sharingFindings, siteFindings } from './environment-findings.js';
import type { Inspection } from './inspection.js';
import { nameFindings, takenFindings } from './name-findings.js';
import { naturalName } from './natural-names.js';
import { restartFindings } from './restart-findings.js';
import { claimFindings, serverFindings } from './server-findings.js';
import { workByHandFindings } from './work-by-hand.js';

/** Everything that speaks against onboarding, and what has to be known before: all at once, so that one look is enough. */
export function inspectionFindings(inspection: Inspection): readonly Finding[] {
  const rules = [
    nameFindings,
    serverFindings,
    claimFindings,
    takenFindings,
    adoptionFindings,
    siteFindings,
    sharingFindings,
    ({ applications }: Inspection) => defaultAccessFindings(applications),
    restartFindings,
    workByHandFindings,
  ];
  return rules.flatMap((rule) => rule(inspection));
}

/** DBIDs behind the names of the request; complete when there is no error finding. */
export function inspectionRefs(inspection: Inspection): Refs {
  const { tenant, server, backup, desired } = inspection;
  if (tenant === null || server === null) return {};
  const wanted = new Set(desired.businessProcesses);
  return {
    tenantDbid: tenant.dbid,
    businessProcesses: inspection.businessProcesses
      .filter(({ name }) => wanted.has(name))
      .map(({ name, dbid }) => ({ name, dbid })),
    server: {
      primary: nameAndDbid(server.application),
      backup: backup === null ? null : nameAndDbid(backup.application),
    },
    newestBusinessProcess: inspection.businessProcesses.reduce((max, { dbid }) => Math.max(max, dbid), 0),
    baseAccessGroups: inspection.baseAccessGroups.flatMap(({ found }) =>
      found === null ? [] : [nameAndDbid(found)],
    ),
    requiredObjects: inspection.requiredObjects.map(({ type, name, dbid }) => ({ type, name, dbid })),
    ...adoptingRefs(inspection),
  };
}

const adoptingRefs = ({ adoption }: Inspection): Refs => {
  const accessGroup = adoption?.group?.object.dbid ?? null;
  const person = adoption?.person?.object.dbid ?? null;
  return accessGroup === null && person === null ? {} : { adopting: { accessGroup, person } };
};

const nameAndDbid = ({ name, dbid }: { readonly name: string; readonly dbid: number }) => ({ name, dbid });

/** Natural names of everything whose ACL, account or existence is written. Base groups are not: members are added there as a delta. */
export function inspectionLocks(desired: Desired, servers: readonly string[]): readonly string[] {
  const { target, tenant, key } = desired;
  return [
    naturalName.solution(target, tenant, key),
    naturalName.accessGroup(target, tenant, desired.accessGroup.name),
    naturalName.person(target, desired.person.userName),
    ...servers.map((name) => naturalName.application(target, name)),
    ...desired.businessProcesses.map((name) => naturalName.script(target, tenant, name)),
  ].sort();
}
