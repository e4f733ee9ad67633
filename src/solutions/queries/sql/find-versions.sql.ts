import type { Queryable } from '../../../database/database.js';

const FIND_VERSIONS = `SELECT id, version FROM operation WHERE id = ANY ($1)`;

/** Versions of operations by id: they go up with everything that happens. */
export async function findVersions(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ id: string; version: string }>(FIND_VERSIONS, [ids]);
  return new Map(rows.map((row) => [row.id, Number(row.version)]));
}
