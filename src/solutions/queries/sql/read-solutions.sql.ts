import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { SolutionRow } from '../../solution-view.js';
import { addWord, listing, newest } from '../newest.js';

const SELECT_SOLUTIONS = `
  SELECT s.id, s.target, s.tenant, s.key, s.state, s.live, s.display_name, s.version, s.desired, s.observed, s.isolation,
    s.isolation_at, s.last_operation_id, s.created_at, s.updated_at, o.kind AS operation_kind,
    o.state AS operation_state, o.ended_at IS NOT NULL AS operation_done
  FROM solution s JOIN operation o ON o.id = s.last_operation_id`;

export interface SolutionFilter {
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  readonly key?: string | undefined;
  readonly state?: SolutionRow['state'] | undefined;
}

/** A page of solutions, newest first. Most are active; there is an index for each other state. */
export async function listSolutions(
  db: Queryable,
  filter: SolutionFilter,
  page: { readonly before: string | null; readonly limit: number; readonly caller: Caller },
): Promise<readonly SolutionRow[]> {
  const list = listing('solution', filter, page, page.limit + 1);
  if (list === null) return [];
  list.rare.addSelective('r.key', filter.key);
  addWord(list, 'r.state', filter.state, 'active');
  const { rows } = await db.query<SolutionRow>(
    `${SELECT_SOLUTIONS} WHERE s.id = ANY (ARRAY(${newest(list)})) ORDER BY s.id DESC`,
    list.few.values,
  );
  return rows;
}

export async function findSolution(db: Queryable, id: string): Promise<SolutionRow | null> {
  return (await db.query<SolutionRow>(`${SELECT_SOLUTIONS} WHERE s.id = $1`, [id])).rows[0] ?? null;
}
