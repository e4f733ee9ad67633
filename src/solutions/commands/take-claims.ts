import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { claimedBy } from '../claims-in-database.js';
import type { Desired } from '../desired.js';
import type { FoundClaim } from './sql/find-claims.sql.js';
import { findClaimsOfOthers } from './sql/find-claims.sql.js';
import { insertClaims } from './sql/insert-claims.sql.js';

/** All Business Processes and the server, or none. @throws AppError `resource-claimed`, naming each object and who holds it */
export async function takeClaims(
  tx: Queryable,
  solutionId: string,
  desired: Desired,
  resources: readonly string[] = claimedBy(desired),
): Promise<void> {
  const { target } = desired;
  const written = await insertClaims(
    tx,
    resources.map((resource) => ({ target, resource, solutionId })),
  );
  const own = new Set(written.map((claim) => claim.resource));
  const missing = resources.filter((resource) => !own.has(resource));
  if (missing.length === 0) return;
  const held = await findClaimsOfOthers(tx, target, missing, solutionId);
  if (held.length > 0) throw claimed(desired, held);
  // Released between the two statements: free now.
  await takeClaims(tx, solutionId, desired, missing);
}

function claimed(desired: Desired, held: readonly FoundClaim[]): AppError {
  const places = claimedBy(desired);
  const errors = held.map(({ resource, tenant, key }) => {
    const place = places.indexOf(resource);
    return {
      pointer: place === 0 ? '/interactionServer' : `/businessProcesses/${place - 1}`,
      detail: `"${place === 0 ? desired.interactionServer : (desired.businessProcesses[place - 1] ?? '')}" belongs to the solution "${key}" of tenant "${tenant}"`,
    };
  });
  const solutions = [...new Map(held.map((claim) => [claim.solutionId, claim])).values()].map(
    ({ solutionId, tenant, key }) => ({ id: solutionId, href: `/v1/solutions/${solutionId}`, tenant, key }),
  );
  return new AppError('resource-claimed', `${errors.map((fault) => fault.detail).join('; ')}.`, {
    errors,
    members: { solutions },
  });
}
