import type { Queryable } from '../../../database/database.js';
import type { Desired } from '../../desired.js';
import type { Observed } from '../../solution-view.js';

export interface EndedSolution {
  readonly id: string;
  readonly operationId: string;
  readonly state: 'active' | 'failed' | 'offboarded';
  /** False: the identity is free again and the claims are released. */
  readonly live: boolean;
  /** null: as it was. */
  readonly isolation: 'verified' | 'unverified' | null;
  /** null: as it was. */
  readonly desired: Desired | null;
  /** Natural names it goes on holding; null: all it holds. */
  readonly claims: readonly string[] | null;
  /** null: as it was, and of what is offboarded nothing. */
  readonly observed: Observed | null;
}

/**
 * What the end of an operation means to its solution. Claims go in the same statement, so that an identity is never
 * free before its objects are.
 */
const END_SOLUTIONS = `
  WITH ended AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::jsonb[], $7::jsonb[], $8::jsonb[])
      AS x (id, operation_id, state, live, isolation, observed, desired, claims)
  ), moved AS (
    UPDATE solution s SET
      state = ended.state, live = ended.live, version = s.version + 1, last_operation_id = ended.operation_id,
      observed = CASE WHEN ended.state = 'offboarded' THEN NULL ELSE coalesce(ended.observed, s.observed) END,
      desired = coalesce(ended.desired, s.desired),
      display_name = coalesce(ended.desired ->> 'displayName', s.display_name),
      isolation = coalesce(ended.isolation, s.isolation),
      isolation_at = CASE WHEN ended.isolation IS NULL THEN s.isolation_at ELSE clock_timestamp() END,
      updated_at = clock_timestamp()
    FROM ended WHERE s.id = ended.id
    RETURNING s.id, s.live, ended.claims
  )
  DELETE FROM claim c USING moved
  WHERE c.solution_id = moved.id AND (NOT moved.live OR NOT coalesce(moved.claims ? c.resource, true))`;

export async function endSolutions(tx: Queryable, ended: readonly EndedSolution[]): Promise<void> {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  await tx.query(END_SOLUTIONS, [
    ended.map((one) => one.id),
    ended.map((one) => one.operationId),
    ended.map((one) => one.state),
    ended.map((one) => one.live),
    ended.map((one) => one.isolation),
    ended.map((one) => json(one.observed)),
    ended.map((one) => json(one.desired)),
    ended.map((one) => json(one.claims)),
  ]);
}
