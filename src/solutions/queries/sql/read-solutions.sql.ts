import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { SolutionRow } from '../../solution-view.js';
import { Conditions } from '../conditions.js';
import { newest } from '../newest.js';
import { within } from '../within.js';

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
  const place = within(page.caller.scopes, filter);
  if (place === null) return [];
  const few = new Conditions();
  const [rare, others] = [few.beside(), few.beside()];
  const { key, state } = filter;
  rare.addSelective('r.key', key);
  if (state === 'active') others.addFrequent('r.state', state);
  else if (state !== undefined) (rare.isEmpty ? rare : others).addWord('r.state = ?', state);
  const ids = newest({
    table: 'solution',
    few,
    rare,
    others,
    within: place,
    before: page.before,
    rows: page.limit + 1,
  });
  const { rows } = await db.query<SolutionRow>(
    `${SELECT_SOLUTIONS} WHERE s.id = ANY (ARRAY(${ids})) ORDER BY s.id DESC`,
    few.values,
  );
  return rows;
}

export async function findSolution(db: Queryable, id: string): Promise<SolutionRow | null> {
  return (await db.query<SolutionRow>(`${SELECT_SOLUTIONS} WHERE s.id = $1`, [id])).rows[0] ?? null;
}
