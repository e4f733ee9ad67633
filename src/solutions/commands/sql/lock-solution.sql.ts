import type { Queryable } from '../../../database/database.js';

const LOCK_SOLUTION = `SELECT id FROM solution WHERE id = $1 FOR UPDATE`;

/** Holds the solution still until the end of the transaction. */
export async function lockSolution(tx: Queryable, id: string): Promise<void> {
  await tx.query(LOCK_SOLUTION, [id]);
}
