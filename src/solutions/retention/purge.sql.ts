import type { Queryable } from '../../database/database.js';
import { isAwaited } from '../queries/sql/plans.sql.js';

// Any number that nobody else uses in this database.
const purgeKey = 7_276_003;

/** One replica at a time, for the length of the transaction. @returns false: another one is at it */
export async function tryPurgeLock(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ ours: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS ours', [
    purgeKey,
  ]);
  return rows[0]?.ours === true;
}

/**
 * $1 ids after, $2 ids before, $3 rows to look at, $4 days. Walks the primary key: ids are made at accept and sort by time,
 * so no index on `ended_at` has to be kept by every operation that ends. What is passed over again at each walk is
 * unfinished, or the last operation of a live solution: as many rows as there are solutions.
 * A solution that is not live goes with its last operation, its claims having gone before.
 */
const PURGE_OPERATIONS = `
  WITH page AS (
    SELECT id FROM operation WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3
  ), gone AS (
    DELETE FROM operation o USING page
    WHERE o.id = page.id AND o.owner IS NULL AND o.ended_at < now() - $4 * interval '1 day'
      AND NOT EXISTS (SELECT 1 FROM solution s WHERE s.id = o.solution_id AND s.live AND s.last_operation_id = o.id)
    RETURNING o.id, o.solution_id
  ), inputs AS (
    DELETE FROM operation_input i USING gone WHERE i.operation_id = gone.id
  ), progress AS (
    DELETE FROM operation_progress p USING gone WHERE p.operation_id = gone.id
  ), tasks AS (
    DELETE FROM task t USING gone WHERE t.operation_id = gone.id
  ), dead AS (
    DELETE FROM solution s USING gone
    WHERE s.id = gone.solution_id AND s.last_operation_id = gone.id AND NOT s.live
    RETURNING s.id
  ), streams AS (
    DELETE FROM event_stream e USING dead WHERE e.source_id = dead.id
  )
  SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*) FROM page)::int AS seen,
    (SELECT count(*) FROM gone)::int AS removed`;

export interface OperationPage {
  /** The last id that was looked at; null: none. */
  readonly last: string | null;
  readonly seen: number;
  readonly removed: number;
}

export async function purgeOperations(
  tx: Queryable,
  { after, before }: { readonly after: string; readonly before: string },
  limit: number,
  days: number,
): Promise<OperationPage> {
  const { rows } = await tx.query<{ last: string | null; seen: number; removed: number }>(PURGE_OPERATIONS, [
    after,
    before,
    limit,
    days,
  ]);
  return rows[0] ?? { last: null, seen: 0, removed: 0 };
}

/** $1 rows, $2 days. By `ctid`: one index scan finds the rows, whatever their key. */
const byAge = (table: string, column: string, more = ''): string => `
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE ${column} < now() - $2 * interval '1 day' ${more} ORDER BY ${column} LIMIT $1
  ))`;

const PURGE = {
  idempotency_key: byAge('idempotency_key', 'created_at'),
  plan: byAge('plan', 'expires_at', `AND NOT ${isAwaited}`),
} as const;

/** @returns how many were removed; as many as `limit` means that there may be more */
export async function purgeByAge(
  tx: Queryable,
  table: keyof typeof PURGE,
  limit: number,
  days: number,
): Promise<number> {
  return (await tx.query(PURGE[table], [limit, days])).rowCount ?? 0;
}
