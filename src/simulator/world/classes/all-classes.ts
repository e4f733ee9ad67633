import { accessGroup } from './access-group.js';
import { agentGroup } from './agent-group.js';
import { appPrototype } from './app-prototype.js';
import { application } from './application.js';
import type { ClassSpec } from './class-spec.js';
import { enumerator, folder, host, script, skill, tenant, transaction } from './others.js';
import { person } from './person.js';
import { solution } from './solution.js';

/** The one list of classes: a line here gives a class its collection, its rules and its place in the store. */
export const allClasses: readonly ClassSpec[] = [
  accessGroup,
  person,
  application,
  script,
  tenant,
  host,
  enumerator,
  transaction,
  skill,
  agentGroup,
  solution,
  appPrototype,
  folder,
];

const byType = new Map(allClasses.map((spec) => [spec.type, spec]));

export function classOf(type: number): ClassSpec {
  const spec = byType.get(type);
  if (!spec) throw new Error(`no class of type ${type}`);
  return spec;
}
