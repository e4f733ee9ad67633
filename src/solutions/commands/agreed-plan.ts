import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { Json } from '../../saga/json.js';
import { sameJson } from '../../saga/json.js';
import { findPlan, type PlanRow } from '../queries/sql/plans.sql.js';

/** What a plan has to have been made for. */
export interface ToCarryOut {
  readonly kind: string;
  /** null: the solution is not there yet. */
  readonly solutionId: string | null;
  readonly desired: { readonly [key: string]: Json };
}

/**
 * Its digest is compared with the target once more when the operation holds its locks.
 * @throws AppError `plan-not-found`, `plan-mismatch`; `plan-drifted` where the solution has changed since
 */
export async function agreedDigest(
  tx: Queryable,
  planId: string | null,
  asked: ToCarryOut,
): Promise<string | null> {
  if (planId === null) return null;
  const plan = await findPlan(tx, planId);
  if (plan === null) throw new AppError('plan-not-found', `There is no plan ${planId}, or it has expired.`);
  const other = otherThan(plan, asked);
  if (other !== null) {
    throw new AppError('plan-mismatch', `The plan ${planId} was made for ${other}.`, {
      errors: [{ pointer: '/planId', detail: `names a plan that was made for ${other}` }],
    });
  }
  if (!sameJson(plan.desired, asked.desired)) {
    const detail = `The solution has changed since the plan ${planId} was made; make a new plan and look at it before you carry it out.`;
    throw new AppError('plan-drifted', detail, { members: { planId, digest: plan.digest } });
  }
  return plan.digest;
}

function otherThan(plan: PlanRow, { kind, solutionId, desired }: ToCarryOut): string | null {
  if (plan.kind !== kind) return `another kind of operation: ${plan.kind}, not ${kind}`;
  if (plan.solution_id !== solutionId) return 'another solution';
  return sameJson(askedFor(kind, plan.desired), askedFor(kind, desired)) ? null : 'another request';
}

/** What the request itself says: all that an offboarding asks for is how the server ends, the rest is the solution's. */
function askedFor(kind: string, desired: { readonly [key: string]: Json }): Json {
  const { standing: _standing, ...asked } = desired;
  return kind === 'offboarding' ? (desired.serverAfter ?? null) : asked;
}
