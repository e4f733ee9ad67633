import type { Queryable } from '../../../database/database.js';

export interface Identity {
  readonly target: string;
  readonly tenant: string;
  readonly key: string;
}

/** The operation that has not ended, else the last one, of the live solution, else of the last one. */
const FIND_OPERATION = `
  SELECT id FROM operation
  WHERE solution_id = (
    SELECT id FROM solution WHERE target = $1 AND tenant = $2 AND key = $3 ORDER BY live DESC, id DESC LIMIT 1
  )
  ORDER BY ended_at IS NULL DESC, created_at DESC LIMIT 1`;

/** The operation that a verb means when it names the solution only. */
export async function findOperationOf(
  tx: Queryable,
  { target, tenant, key }: Identity,
): Promise<string | null> {
  return (await tx.query<{ id: string }>(FIND_OPERATION, [target, tenant, key])).rows[0]?.id ?? null;
}
