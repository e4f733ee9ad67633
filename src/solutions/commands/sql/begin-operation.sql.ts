import type { Queryable } from '../../../database/database.js';
import type { Identity } from './find-operation-of.sql.js';

const BEGIN = `
  UPDATE solution SET state = $2, last_operation_id = $3, version = version + 1, updated_at = now()
  WHERE id = $1
  RETURNING updated_at`;

/** @returns the database's time */
export async function beginOperation(
  tx: Queryable,
  solutionId: string,
  state: 'changing' | 'offboarding',
  operationId: string,
): Promise<Date> {
  const { rows } = await tx.query<{ updated_at: Date }>(BEGIN, [solutionId, state, operationId]);
  const [row] = rows;
  if (row === undefined) throw new Error(`solution ${solutionId} is gone`);
  return row.updated_at;
}

const FIND_FINGERPRINT = `SELECT fingerprint FROM operation_input WHERE operation_id = $1`;

/** Of what asked for this operation. */
export async function findFingerprint(tx: Queryable, operationId: string): Promise<string | null> {
  const { rows } = await tx.query<{ fingerprint: string }>(FIND_FINGERPRINT, [operationId]);
  return rows[0]?.fingerprint ?? null;
}

const FIND_SOLUTION = `
  SELECT id FROM solution WHERE target = $1 AND tenant = $2 AND key = $3 ORDER BY live DESC, id DESC LIMIT 1`;

/** The live solution of this identity, else its last one. */
export async function findSolutionOf(
  tx: Queryable,
  { target, tenant, key }: Identity,
): Promise<string | null> {
  return (await tx.query<{ id: string }>(FIND_SOLUTION, [target, tenant, key])).rows[0]?.id ?? null;
}
