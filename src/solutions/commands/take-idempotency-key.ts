import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { KeyToTake } from './sql/take-idempotency-keys.sql.js';
import { findIdempotencyKey, takeIdempotencyKeys } from './sql/take-idempotency-keys.sql.js';

/** @returns the operation that this key stands for already; null: the key is ours now */
export async function takeIdempotencyKey(tx: Queryable, wanted: KeyToTake): Promise<string | null> {
  const taken = await takeIdempotencyKeys(tx, [wanted]);
  if (taken.has(wanted.operationId)) return null;
  const earlier = await findIdempotencyKey(tx, wanted);
  // Removed for its age in between: free now.
  if (earlier === null) return takeIdempotencyKey(tx, wanted);
  if (earlier.fingerprint !== wanted.fingerprint) {
    throw new AppError(
      'idempotency-key-reused',
      `The Idempotency-Key "${wanted.key}" was used with another payload.`,
      { members: { operation: `/v1/operations/${earlier.operationId}` } },
    );
  }
  return earlier.operationId;
}
