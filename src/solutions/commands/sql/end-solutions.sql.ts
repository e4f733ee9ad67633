import type { Queryable } from '../../../database/database.js';
import type { Observed } from '../../solution-view.js';

export interface EndedSolution {
  readonly id: string;
  readonly operationId: string;
  readonly state: 'active' | 'failed';
  /** False: the identity is free again and the claims are released. */
  readonly live: boolean;
  readonly verified: boolean;
  readonly observed: Observed | null;
}

/**
 * What the end of an operation means to its solution. Claims go in the same statement, so that an identity is never
 * free before its objects are.
 */
const END_SOLUTIONS = `
  WITH ended AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::boolean[], $6::jsonb[])
      AS x (id, operation_id, state, live, verified, observed)
  ), moved AS (
    UPDATE solution s SET
      state = ended.state, live = ended.live, version = s.version + 1, last_operation_id = ended.operation_id,
      observed = coalesce(ended.observed, s.observed),
      isolation = CASE WHEN ended.verified THEN 'verified' ELSE s.isolation END,
      isolation_at = CASE WHEN ended.verified THEN clock_timestamp() ELSE s.isolation_at END,
      updated_at = clock_timestamp()
    FROM ended WHERE s.id = ended.id
    RETURNING s.id, s.live
  )
  DELETE FROM claim c USING moved WHERE c.solution_id = moved.id AND NOT moved.live`;

export async function endSolutions(tx: Queryable, ended: readonly EndedSolution[]): Promise<void> {
  await tx.query(END_SOLUTIONS, [
    ended.map((one) => one.id),
    ended.map((one) => one.operationId),
    ended.map((one) => one.state),
    ended.map((one) => one.live),
    ended.map((one) => one.verified),
    ended.map((one) => (one.observed === null ? null : JSON.stringify(one.observed))),
  ]);
}
