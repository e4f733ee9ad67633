import type { Finding } from '../../saga/action.js';
import type { ScriptObject } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import { error, named } from './finding.js';
import type { Inspection } from './inspection.js';
import { isOwn, ownPerson } from './inspection.js';
import { didYouMean } from '../../config/similar-names.js';

const enabled = 1;

/** Tenant and Business Processes of the request: there, of the right type, enabled. */
export function nameFindings(inspection: Inspection): readonly Finding[] {
  const { desired, tenants, tenant } = inspection;
  if (tenant === null) {
    const hint = didYouMean(
      desired.tenant,
      tenants.map(({ name }) => name),
    );
    return [
      error(
        'unknown-tenant',
        `There is no tenant "${desired.tenant}".${hint}`,
        named(ObjectType.tenant, desired.tenant),
      ),
    ];
  }
  const disabled =
    tenant.state === enabled
      ? []
      : [
          error(
            'object-disabled',
            `The tenant "${tenant.name}" is disabled.`,
            named(ObjectType.tenant, tenant.name, tenant.dbid),
          ),
        ];
  return [...disabled, ...businessProcessFindings(inspection)];
}

/** Beyond these nobody reads a hint, and each is compared with every name of the tenant: 5,000 take some 10 ms. */
const hintedNames = 20;

function businessProcessFindings(inspection: Inspection): readonly Finding[] {
  const byName = new Map(inspection.businessProcesses.map((script) => [script.name, script]));
  let hints = 0;
  return inspection.desired.businessProcesses.flatMap((name) => {
    const found = byName.get(name);
    if (found === undefined) hints++;
    return businessProcessFinding(inspection, name, found, hints <= hintedNames);
  });
}

function businessProcessFinding(
  inspection: Inspection,
  name: string,
  found: ScriptObject | undefined,
  isHinted: boolean,
): readonly Finding[] {
  if (found?.state === enabled) return [];
  if (found !== undefined) {
    return [
      error(
        'object-disabled',
        `The Business Process "${name}" is disabled.`,
        named(ObjectType.script, name, found.dbid),
      ),
    ];
  }
  const other = inspection.otherScripts.find((script) => script.name === name);
  if (other !== undefined) {
    const detail = `"${name}" is a script of type ${other.scriptType}, not a Business Process (type 28).`;
    return [error('not-a-business-process', detail, named(ObjectType.script, name, other.dbid))];
  }
  const existing = isHinted ? inspection.businessProcesses.map((script) => script.name) : [];
  const hint = didYouMean(name, existing);
  const detail = `The tenant "${inspection.desired.tenant}" has no Business Process "${name}".${hint}`;
  return [error('unknown-business-process', detail, named(ObjectType.script, name))];
}

const orAdopt =
  'Choose another name, or ask for onExisting "adopt" if it was set up by hand for what this solution is to be.';

/** Names of what will be created are free, held by what this solution has created, or by what it takes over. */
export function takenFindings(inspection: Inspection): readonly Finding[] {
  const { desired, groups, persons, solutionId, adoption } = inspection;
  const groupFindings = groups
    .filter((group) => !isOwn(group, solutionId) && group.dbid !== adoption?.group?.object.dbid)
    .map((group) =>
      error(
        'name-taken',
        `The access group "${group.name}" exists already and was not created for this solution. ${orAdopt}`,
        named(ObjectType.accessGroup, group.name, group.dbid),
      ),
    );
  // Beside the Person that is there nobody is created, so whoever has the employeeId is in nobody's way.
  const inTheWay = ownPerson(inspection) === null ? persons : [];
  const personFindings = inTheWay
    .filter((person) => !isOwn(person, solutionId))
    .map((person) => {
      const isName = person.userName === desired.person.userName;
      const what = isName ? 'userName' : `employeeId "${person.employeeId}"`;
      const advice = isName ? orAdopt : 'Choose another employeeId, or name this Person in person.userName.';
      return error(
        'name-taken',
        `The Person "${person.userName}" exists already with the wanted ${what} and was not created for this solution. ${advice}`,
        named(ObjectType.person, person.userName, person.dbid),
      );
    });
  return [...groupFindings, ...personFindings];
}
