import type { Queryable } from '../../../database/database.js';
import type { Finding } from '../../../saga/action.js';
import type { Desired } from '../../desired.js';
import type { PlannedActionView } from '../../plan-view.js';
import type { ExpectedInterruption } from '../../rules/expected-interruption.js';

export interface NewPlan {
  readonly id: string;
  /** Of the operation it is of. */
  readonly kind: string;
  /** null: the solution is not there yet. */
  readonly solutionId: string | null;
  readonly digest: string;
  readonly desired: Desired;
  readonly actions: readonly PlannedActionView[];
  readonly findings: readonly Finding[];
  readonly interruption: ExpectedInterruption;
}

export interface PlanRow extends Omit<NewPlan, 'solutionId' | 'interruption'> {
  /** null: made before it was said. */
  readonly interruption: ExpectedInterruption | null;
  readonly solution_id: string | null;
  readonly expires_at: Date;
}

/** A day is enough to have a plan agreed to; what it was made for moves on anyway, and the digest finds that out. */
const INSERT_PLAN = `
  INSERT INTO plan (id, kind, solution_id, digest, desired, actions, findings, interruption, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8::jsonb, now(), now() + interval '24 hours')
  RETURNING id, kind, solution_id, digest, desired, actions, findings, interruption, expires_at`;

export async function insertPlan(db: Queryable, plan: NewPlan): Promise<PlanRow> {
  const { rows } = await db.query<PlanRow>(INSERT_PLAN, [
    plan.id,
    plan.kind,
    plan.solutionId,
    plan.digest,
    ...[plan.desired, plan.actions, plan.findings, plan.interruption].map((member) => JSON.stringify(member)),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('storing the plan returned no row');
  return row;
}

/** A plan that an operation has to be approved by, or has been, is there as long as the operation is not over. */
export const isAwaited = `EXISTS (
    SELECT FROM operation o
    WHERE o.approval ->> 'planId' = plan.id::text AND o.approval IS NOT NULL AND o.ended_at IS NULL
  )`;

const FIND_PLAN = `
  SELECT id, kind, solution_id, digest, desired, actions, findings, interruption, expires_at FROM plan
  WHERE id = $1 AND (expires_at > now() OR ${isAwaited})`;

/** null: there is none, or it has expired. */
export async function findPlan(db: Queryable, id: string): Promise<PlanRow | null> {
  return (await db.query<PlanRow>(FIND_PLAN, [id])).rows[0] ?? null;
}
