import { newLook } from '../../../saga/call.js';
import { WellKnown } from '../../../solutions/ports/object-types.js';
import { AppType } from '../../../solutions/ports/object-types.js';
import { givingDefaultAccess } from '../../../solutions/rules/default-access.js';
import type { ReadingCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';

/** CfgAccessGroupType of the two groups that every platform has. */
const wellKnownGroups = [
  { name: 'EVERYONE', dbid: WellKnown.everyone, groupType: 6 },
  { name: 'SYSTEM', dbid: WellKnown.system, groupType: 5 },
];

/** What the platform and the site's own settings have to be like. */
export const platformChecks: readonly ReadingCheck[] = [
  {
    id: 'system-groups',
    channel: 'objects',
    text: 'Access group 97 is EVERYONE (type 6) and 98 is SYSTEM (type 5).',
    source: "seen: constants of the vendor's SDK",
    ask: async (site) => {
      const groups = await site.all('accessGroup');
      const faults = wellKnownGroups.flatMap(({ name, dbid, groupType }) => {
        const group = groups.find((one) => one.dbid === dbid);
        if (group === undefined) return [`there is no access group ${dbid} (${name})`];
        return group.groupType === groupType ? [] : [`${dbid} is "${group.name}" of type ${group.groupType}`];
      });
      return faults.length === 0 ? held('both are there') : broken(faults.join('; '));
    },
  },
  {
    id: 'no-default-access',
    channel: 'objects',
    text: 'Configuration Server gives new Persons no rights ([security] no-default-access is not 1).',
    source: 'documented',
    ask: async (site) => {
      const applications = await site.all('application');
      const giving = givingDefaultAccess(applications);
      const servers = applications.filter(({ appType }) => appType === AppType.configurationServer);
      if (servers.length === 0) return unknown('the application of Configuration Server is not seen');
      return giving.length === 0
        ? held(servers.map(({ name }) => `"${name}"`).join(', '))
        : broken(
            `"${giving[0]?.name ?? ''}" gives default privileges: each new Person joins Administrators and reads all Business Processes`,
          );
    },
  },
  {
    id: 'base-access-groups',
    channel: 'objects',
    text: 'The groups named in baseAccessGroups are there, and are ordinary ones.',
    source: 'setting',
    questions: [3],
    ask: async (site) => {
      const wanted = site.config.baseAccessGroups;
      if (wanted.length === 0)
        return unknown('none is named: what a server has to read must come from elsewhere');
      const groups = await site.all('accessGroup');
      const faults = wanted.flatMap((name) => {
        const found = groups.filter((group) => group.name === name);
        if (found.length === 0) return [`there is no "${name}"`];
        return found.some(({ groupType }) => groupType === 1) ? [] : [`"${name}" is a default group`];
      });
      return faults.length === 0 ? held(wanted.join(', ')) : broken(faults.join('; '));
    },
  },
  {
    id: 'required-reads',
    channel: 'objects',
    text: 'The objects named in requiredReads.objects are there.',
    source: 'setting',
    questions: [3],
    ask: async (site) => {
      const { objects } = site.config.requiredReads;
      const look = newLook();
      const tenants = await site.all('tenant');
      const missing: string[] = [];
      for (const { type, name } of objects) {
        const found = await Promise.all(
          tenants.map(({ dbid }) => site.target.objects.findByName(look, type, name, dbid)),
        );
        if (found.every((one) => one === null)) missing.push(`there is no "${name}" of type ${type}`);
      }
      if (missing.length > 0) return broken(missing.join('; '));
      return held(objects.length === 0 ? 'none is named' : `${objects.length} found`);
    },
  },
];
