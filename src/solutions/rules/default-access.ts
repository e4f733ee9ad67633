import type { Finding } from '../../saga/action.js';
import type { AccessGroupObject, ApplicationObject } from '../ports/config-objects.js';
import { AppType } from '../ports/object-types.js';
import { namedApplication, warning } from './finding.js';

/** CfgAccessGroupType: the group that non-agents of a tenant join by themselves in the mode of old. */
export const administratorsGroup = 3;

/**
 * Configuration Servers that give new Persons the privileges of old: option `no-default-access` of section `security`
 * is 1 (facts sheet 2.5: 0, the default, means none; primary and backup must agree).
 */
export const givingDefaultAccess = (
  applications: readonly ApplicationObject[],
): readonly ApplicationObject[] =>
  applications.filter(
    ({ appType, options }) =>
      appType === AppType.configurationServer && options['security']?.['no-default-access']?.trim() === '1',
  );

/** Not an error in itself: what the account would read through it is judged by what it reads. */
export const defaultAccessFindings = (applications: readonly ApplicationObject[]): readonly Finding[] =>
  givingDefaultAccess(applications).map((server) =>
    warning(
      'default-access',
      `"${server.name}" gives new Persons default privileges: the Person of this solution joins the group Administrators of its tenant by itself.`,
      namedApplication(server),
    ),
  );

export const administratorsOf = (groups: readonly AccessGroupObject[], tenantDbid: number) =>
  groups.filter((group) => group.tenantDbid === tenantDbid && group.groupType === administratorsGroup);
