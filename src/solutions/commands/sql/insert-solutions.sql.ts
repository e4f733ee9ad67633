import { prepared } from '../../../database/prepared.js';
import type { Queryable } from '../../../database/database.js';
import type { Desired } from '../../desired.js';

export interface NewSolution {
  readonly id: string;
  readonly operationId: string;
  readonly desired: Desired;
}

/**
 * A solution of an identity that is live already gives no row (`solution_live_key`). Sorted, so that two batches that
 * share identities wait for each other in one order.
 */
const INSERT_SOLUTIONS = prepared(
  'insert-solutions',
  `
  INSERT INTO solution (id, target, tenant, key, state, display_name, desired, last_operation_id, created_at, updated_at)
  SELECT x.id, x.target, x.tenant, x.key, 'onboarding', x.display_name, x.desired, x.operation_id, now(), now()
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
    AS x (id, operation_id, target, tenant, key, display_name, desired)
  ORDER BY x.target, x.tenant, x.key
  ON CONFLICT (target, tenant, key) WHERE live DO NOTHING
  RETURNING id, created_at`,
);

/** @returns for each solution that was written its id and the database's time */
export async function insertSolutions(
  tx: Queryable,
  solutions: readonly NewSolution[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await tx.query<{ id: string; created_at: Date }>(INSERT_SOLUTIONS, [
    solutions.map((one) => one.id),
    solutions.map((one) => one.operationId),
    solutions.map((one) => one.desired.target),
    solutions.map((one) => one.desired.tenant),
    solutions.map((one) => one.desired.key),
    solutions.map((one) => one.desired.displayName),
    solutions.map((one) => JSON.stringify(one.desired)),
  ]);
  return new Map(rows.map((row) => [row.id, row.created_at]));
}

const FIND_LIVE = `
  SELECT s.id, o.id AS operation_id, i.fingerprint
  FROM solution s
  LEFT JOIN operation o ON o.solution_id = s.id AND o.ended_at IS NULL
  LEFT JOIN operation_input i ON i.operation_id = o.id
  WHERE s.target = $1 AND s.tenant = $2 AND s.key = $3 AND s.live`;

export interface LiveSolution {
  readonly id: string;
  /** The operation that has not ended, with the fingerprint of what asked for it. */
  readonly running: { readonly operationId: string; readonly fingerprint: string } | null;
}

export async function findLiveSolution(
  tx: Queryable,
  { target, tenant, key }: Pick<Desired, 'target' | 'tenant' | 'key'>,
): Promise<LiveSolution | null> {
  const { rows } = await tx.query<{ id: string; operation_id: string | null; fingerprint: string | null }>(
    FIND_LIVE,
    [target, tenant, key],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const running =
    row.operation_id === null || row.fingerprint === null
      ? null
      : { operationId: row.operation_id, fingerprint: row.fingerprint };
  return { id: row.id, running };
}
