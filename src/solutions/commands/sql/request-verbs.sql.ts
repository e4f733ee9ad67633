import type { Queryable } from '../../../database/database.js';
import type { VerbRequest } from '../../../saga/position.js';

const LOCK_OPERATION = `SELECT id FROM operation WHERE id = $1 FOR UPDATE`;

/** Holds the operation still until the end of the transaction. @returns false: there is none */
export async function lockOperation(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query(LOCK_OPERATION, [id])).rowCount === 1;
}

export interface VerbToRequest {
  readonly operationId: string;
  readonly request: VerbRequest;
}

/**
 * Records what a person asked for. The version goes up, so that the owner's next commit misses and is decided again
 * with the request; an operation that nobody owns is due at once.
 */
const REQUEST_VERBS = `
  UPDATE operation o SET requested_verb = x.request, version = o.version + 1, updated_at = clock_timestamp(),
    due_at = CASE WHEN o.owner IS NULL THEN clock_timestamp() ELSE o.due_at END
  FROM unnest($1::uuid[], $2::jsonb[]) AS x (operation_id, request)
  WHERE o.id = x.operation_id`;

export async function requestVerbs(tx: Queryable, requests: readonly VerbToRequest[]): Promise<void> {
  await tx.query(REQUEST_VERBS, [
    requests.map((one) => one.operationId),
    requests.map((one) => JSON.stringify(one.request)),
  ]);
}
