import type { Queryable } from '../../../database/database.js';

export interface FoundClaim {
  readonly resource: string;
  readonly solutionId: string;
  readonly tenant: string;
  readonly key: string;
  readonly requireExclusive: boolean;
}

const FIND_CLAIMS = `
  SELECT c.resource, s.id, s.tenant, s.key,
    coalesce((s.desired #>> '{isolation,requireExclusive}')::boolean, false) AS exclusive
  FROM claim c JOIN solution s ON s.id = c.solution_id
  WHERE c.target = $1 AND c.resource = ANY ($2) AND c.solution_id <> $3
  ORDER BY c.resource`;

/** Who holds these, other than this solution. */
export async function findClaimsOfOthers(
  db: Queryable,
  target: string,
  resources: readonly string[],
  solutionId: string,
): Promise<readonly FoundClaim[]> {
  const { rows } = await db.query<{
    resource: string;
    id: string;
    tenant: string;
    key: string;
    exclusive: boolean;
  }>(FIND_CLAIMS, [target, resources, solutionId]);
  return rows.map(({ id, exclusive, ...row }) => ({ ...row, solutionId: id, requireExclusive: exclusive }));
}

const FIND_OWN = `SELECT resource FROM claim WHERE solution_id = $1 ORDER BY resource`;

/** Natural names of everything this solution holds. */
export async function findClaimsOf(db: Queryable, solutionId: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ resource: string }>(FIND_OWN, [solutionId]);
  return rows.map(({ resource }) => resource);
}
