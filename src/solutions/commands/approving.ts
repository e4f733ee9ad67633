import { AppError } from '../../errors.js';
import { localCaller, type Caller } from '../../http/caller.js';
import type { Position } from '../../saga/position.js';

/**
 * Somebody else than who asked, and the plan that they have looked at. Where nobody signs in there is one caller only, who
 * may approve what they have asked for: the operation says so (`approval-not-separated`).
 * @throws AppError `approval-by-requester`, `plan-drifted`
 */
export function requireAgreement(
  caller: Caller,
  digest: string | undefined,
  { id, approval, input }: Position,
): void {
  if (caller.name === input.requestedBy && caller !== localCaller) {
    throw new AppError(
      'approval-by-requester',
      `${caller.name} has asked for this operation: somebody else has to approve it.`,
    );
  }
  if (approval?.digest === digest) return;
  throw new AppError('plan-drifted', 'The operation waits for the approval of another plan.', {
    members: {
      href: `/v1/operations/${id}`,
      planId: approval?.planId ?? null,
      digest: approval?.digest ?? null,
    },
  });
}
