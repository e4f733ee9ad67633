import { prepared } from '../../../database/prepared.js';
import type { Queryable } from '../../../database/database.js';

export interface NewClaim {
  readonly target: string;
  /** A natural name (rules/natural-names.ts). */
  readonly resource: string;
  readonly solutionId: string;
}

/** What is held already gives no row. Sorted: two requests for the same objects meet on the first of them, never crosswise. */
const INSERT_CLAIMS = prepared(
  'insert-claims',
  `
  INSERT INTO claim (target, resource, solution_id)
  SELECT x.target, x.resource, x.solution_id
  FROM unnest($1::text[], $2::text[], $3::uuid[]) AS x (target, resource, solution_id)
  ORDER BY x.target, x.resource
  ON CONFLICT (target, resource) DO NOTHING
  RETURNING resource, solution_id`,
);

/** @returns the claims that were written */
export async function insertClaims(
  tx: Queryable,
  claims: readonly NewClaim[],
): Promise<readonly Pick<NewClaim, 'resource' | 'solutionId'>[]> {
  const { rows } = await tx.query<{ resource: string; solution_id: string }>(INSERT_CLAIMS, [
    claims.map((one) => one.target),
    claims.map((one) => one.resource),
    claims.map((one) => one.solutionId),
  ]);
  return rows.map((row) => ({ resource: row.resource, solutionId: row.solution_id }));
}
