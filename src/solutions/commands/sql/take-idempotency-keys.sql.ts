import { prepared } from '../../../database/prepared.js';
import type { Queryable } from '../../../database/database.js';

export interface IdempotencyKey {
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
}

export interface KeyToTake extends IdempotencyKey {
  readonly fingerprint: string;
  readonly operationId: string;
}

/**
 * Takes keys for new operations; one that is taken already gives no row, unless it is older than the 7 days it is kept.
 * Two equal requests at once meet on the primary key: the second waits for the first one's commit.
 * A key may be in the arrays once: a statement cannot update a row that it has inserted.
 */
const TAKE_KEYS = prepared(
  'take-keys',
  `
  INSERT INTO idempotency_key (caller, method, path, key, fingerprint, operation_id, created_at)
  SELECT x.caller, x.method, x.path, x.key, x.fingerprint, x.operation_id, now()
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[])
    AS x (caller, method, path, key, fingerprint, operation_id)
  ORDER BY x.caller, x.method, x.path, x.key
  ON CONFLICT (caller, method, path, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, operation_id = excluded.operation_id, created_at = excluded.created_at
    WHERE idempotency_key.created_at < now() - interval '7 days'
  RETURNING operation_id`,
);

/** @returns ids of the operations whose keys were free */
export async function takeIdempotencyKeys(
  tx: Queryable,
  keys: readonly KeyToTake[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ operation_id: string }>(TAKE_KEYS, [
    keys.map((one) => one.caller),
    keys.map((one) => one.method),
    keys.map((one) => one.path),
    keys.map((one) => one.key),
    keys.map((one) => one.fingerprint),
    keys.map((one) => one.operationId),
  ]);
  return new Set(rows.map((row) => row.operation_id));
}

const FIND_KEY = `
  SELECT fingerprint, operation_id FROM idempotency_key WHERE caller = $1 AND method = $2 AND path = $3 AND key = $4`;

export async function findIdempotencyKey(
  tx: Queryable,
  { caller, method, path, key }: IdempotencyKey,
): Promise<{ readonly fingerprint: string; readonly operationId: string } | null> {
  const { rows } = await tx.query<{ fingerprint: string; operation_id: string }>(FIND_KEY, [
    caller,
    method,
    path,
    key,
  ]);
  const [row] = rows;
  return row === undefined ? null : { fingerprint: row.fingerprint, operationId: row.operation_id };
}
