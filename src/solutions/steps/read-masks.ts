import { whereSeen } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { ObjectId } from '../ports/config-objects.js';
import type { Target } from '../ports/target.js';
import type { Mask } from '../rules/rights.js';
import { cannotTell } from '../rules/rights.js';

/** Effective rights of one account as the rules judge them, in the order asked. @throws CallError */
export async function readMasks(
  { security }: Target,
  call: Call,
  account: ObjectId,
  objects: readonly ObjectId[],
): Promise<readonly Mask[]> {
  if (objects.length === 0) return [];
  const found = await whereSeen(security.effectivePermissions(call, account, objects));
  return 'seen' in found ? found.seen : objects.map(() => cannotTell);
}
