import type { StepContext } from '../../saga/step.js';
import type { Claims } from '../ports/claims.js';
import { ObjectType, ScriptType } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { naturalName } from '../rules/natural-names.js';
import type { Neighbour } from '../rules/neighbours.js';
import { boundOf, formerAccount } from '../rules/release.js';
import type { StandingObjects } from '../rules/standing-objects.js';
import { reads } from '../rules/rights.js';
import type { OffboardingDesired } from '../standing.js';
import { readMasks } from './read-masks.js';

type Asked = Pick<StepContext<OffboardingDesired>, 'call' | 'desired' | 'solutionId'>;

/** Which solutions of the tenant the servers would read with their former accounts. @throws CallError */
export async function readNeighbours(
  target: Target,
  claims: Claims,
  { tenantDbid, pairs, personDbid }: StandingObjects,
  { call, desired, solutionId }: Asked,
): Promise<readonly Neighbour[]> {
  const scripts = await target.objects.find(call, 'script', {
    tenantDbid,
    scriptType: ScriptType.businessProcess,
  });
  const byName = new Map(
    scripts.map((script) => [naturalName.script(desired.target, desired.tenant, script.name), script]),
  );
  const held = await claims.heldByOthers(desired.target, [...byName.keys()], solutionId);
  const claimed = held.flatMap(({ resource, solution }) => {
    const script = byName.get(resource);
    return script === undefined ? [] : [{ script, solution }];
  });
  const servers = pairs.flatMap((pair) => boundOf(pair, personDbid));
  const neighbours = servers.map(async ({ application }) => {
    const masks = await readMasks(
      target,
      call,
      formerAccount(application.dbid, desired.standing.servers),
      claimed.map(({ script }) => ({ type: ObjectType.script, dbid: script.dbid })),
    );
    const read = claimed.filter((_, index) => reads(masks[index] ?? null));
    const keys = [...new Set(read.map(({ solution }) => solution.key))];
    return keys.map((key) => {
      const of = read.filter(({ solution }) => solution.key === key);
      return {
        server: { name: application.name, dbid: application.dbid },
        tenant: desired.tenant,
        key,
        requireExclusive: of.some(({ solution }) => solution.requireExclusive === true),
        reads: of.map(({ script }) => script.name),
      };
    });
  });
  return (await Promise.all(neighbours)).flat();
}
