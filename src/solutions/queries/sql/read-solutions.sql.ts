import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { SolutionRow } from '../../solution-view.js';
import { Conditions } from '../conditions.js';

const SELECT_SOLUTIONS = `
  SELECT s.id, s.target, s.tenant, s.key, s.state, s.live, s.display_name, s.version, s.desired, s.observed, s.isolation,
    s.isolation_at, s.last_operation_id, s.created_at, s.updated_at, o.kind AS operation_kind,
    o.state AS operation_state, o.ended_at IS NOT NULL AS operation_done
  FROM solution s JOIN operation o ON o.id = s.last_operation_id`;

export interface SolutionFilter {
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  readonly key?: string | undefined;
  readonly state?: string | undefined;
}

/** A page of solutions, newest first. */
export async function listSolutions(
  db: Queryable,
  filter: SolutionFilter,
  page: { readonly before: string | null; readonly limit: number; readonly caller: Caller },
): Promise<readonly SolutionRow[]> {
  const conditions = new Conditions();
  conditions.add('s.id < ?', page.before);
  conditions.add('s.target = ?', filter.target);
  conditions.add('s.tenant = ?', filter.tenant);
  conditions.add('s.key = ?', filter.key);
  conditions.add('s.state = ?', filter.state);
  conditions.addScopes('s', page.caller);
  const limit = conditions.place(page.limit + 1);
  const { rows } = await db.query<SolutionRow>(
    `${SELECT_SOLUTIONS} ${conditions.where} ORDER BY s.id DESC LIMIT ${limit}`,
    conditions.values,
  );
  return rows;
}

export async function findSolution(db: Queryable, id: string): Promise<SolutionRow | null> {
  return (await db.query<SolutionRow>(`${SELECT_SOLUTIONS} WHERE s.id = $1`, [id])).rows[0] ?? null;
}
