import type { Queryable } from '../../../database/database.js';
import type { Identity } from '../../commands/sql/find-operation-of.sql.js';

const FIND_IDENTITY = `SELECT target, tenant, key FROM operation WHERE id = $1`;

/** Whose operation it is; null: there is none. */
export async function findIdentityOfOperation(db: Queryable, id: string): Promise<Identity | null> {
  return (await db.query<Identity & Record<string, unknown>>(FIND_IDENTITY, [id])).rows[0] ?? null;
}
