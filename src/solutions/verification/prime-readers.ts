import type { Call } from '../../saga/call.js';
import { ObjectType, ScriptType } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { named } from '../rules/finding.js';
import { interactionServers } from '../rules/interaction-servers.js';
import type { SolutionRow } from '../solution-view.js';
import { readReaders } from '../steps/read-readers.js';

/**
 * Asks once, for all these solutions of one tenant, who reads what of them. Each of them then finds its own part in the
 * look: two hundred solutions that asked one by one would each ask every account, forty thousand times in all.
 * @throws CallError
 */
export async function primeReaders(
  { objects, ...ports }: Target,
  call: Call,
  solutions: readonly SolutionRow[],
): Promise<void> {
  const name = solutions[0]?.tenant;
  // Asked as the inspection will ask it.
  const tenant = (await objects.find(call, 'tenant', {})).find((one) => one.name === name);
  if (tenant === undefined) return;
  const [scripts, applications] = await Promise.all([
    objects.find(call, 'script', { tenantDbid: tenant.dbid, scriptType: ScriptType.businessProcess }),
    objects.find(call, 'application', {}),
  ]);
  const wanted = new Set(solutions.flatMap(({ desired }) => desired.businessProcesses));
  const own = scripts.filter((script) => wanted.has(script.name));
  await readReaders(
    { objects, ...ports },
    call,
    interactionServers(applications).filter(({ tenantDbids }) => tenantDbids.includes(tenant.dbid)),
    own.map((script) => named(ObjectType.script, script.name, script.dbid)),
  );
}
