import type { Queryable } from '../../../database/database.js';

/** Read at every scrape: the index of live solutions keeps it to those. */
const COUNT = `
  SELECT s.target, count(*) FILTER (WHERE (s.observed ->> 'drifted')::boolean)::int AS drifted,
    count(*) FILTER (WHERE s.isolation = 'verified')::int AS verified,
    count(*) FILTER (WHERE s.isolation = 'unverified')::int AS unverified,
    count(*) FILTER (WHERE s.isolation = 'violated')::int AS violated,
    greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(v.due_at)), 0))::float8 AS "overdueSeconds"
  FROM solution s LEFT JOIN verification v ON v.solution_id = s.id
  WHERE s.live AND s.state = 'active' GROUP BY s.target`;

export interface VerificationCount {
  readonly target: string;
  readonly drifted: number;
  readonly verified: number;
  readonly unverified: number;
  readonly violated: number;
  readonly overdueSeconds: number;
}

export async function countVerifications(db: Queryable): Promise<readonly VerificationCount[]> {
  return (await db.query<VerificationCount & Record<string, unknown>>(COUNT)).rows;
}
