import type { Caller } from '../http/caller.js';
import { invalid } from '../http/validate.js';
import { readIdempotencyKey } from './commands/idempotency-key.js';

/** What is asked of a solution that is there, as it came over REST. */
export function laterOf(
  method: string,
  solution: string,
  header: string | undefined,
  ifMatch: string | undefined,
  caller: Caller,
) {
  const key = readIdempotencyKey(header);
  return {
    solution,
    caller,
    idempotencyKey: key === null ? null : { method, path: `/v1/solutions/${solution.toLowerCase()}`, key },
    ifMatch: ifMatch ?? null,
    correlationId: null,
    causationId: null,
  };
}

/** A plan is made for a request, not for a plan. @throws AppError `invalid-request` */
export function withoutPlan<T extends { readonly planId?: string | null | undefined }>(request: T): T {
  if ((request.planId ?? null) === null) return request;
  throw invalid([{ pointer: '/planId', detail: 'cannot go with validate_only=true' }]);
}
