import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { Direction } from '../../../saga/position.js';
import type { Look, TaskReport } from '../../../saga/reported.js';
import type { ClosedTask } from '../../../saga/task.js';
import { listing, newest } from '../../queries/newest.js';

export interface TaskRow {
  readonly id: string;
  readonly operation_id: string;
  /** Position of its step. */
  readonly position: number;
  readonly direction: Direction;
  readonly stage: number;
  readonly numbers: readonly number[];
  readonly assignee: string | null;
  readonly opened_at: Date;
  readonly due_at: Date;
  readonly looks: Readonly<Record<string, Look & { readonly atMs: number }>>;
  readonly closed_at: Date | null;
  readonly outcome: ClosedTask['outcome'] | null;
  readonly results: TaskReport['results'] | null;
  readonly evidence: string | null;
  readonly reported_by: string | null;
}

export interface TaskFilter {
  readonly operation?: string | undefined;
  readonly solution?: string | undefined;
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  readonly assignee?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
}

/** Newest first. There is an index for those that are open, and for those of an assignee. */
export async function findTasks(
  db: Queryable,
  filter: TaskFilter,
  page: { readonly before: string | null; readonly limit: number; readonly caller: Pick<Caller, 'scopes'> },
): Promise<readonly TaskRow[]> {
  const list = listing('task', filter, page, page.limit);
  if (list === null) return [];
  const { few, rare, others } = list;
  const { operation, solution, state, assignee } = filter;
  few.add('r.operation_id = ?', operation);
  few.add('r.operation_id = ANY (ARRAY(SELECT o.id FROM operation o WHERE o.solution_id = ?))', solution);
  if (state === 'open') rare.addPlain('r.closed_at IS NULL');
  if (state === 'closed') others.addPlain('r.closed_at IS NOT NULL');
  if (rare.isEmpty) rare.addSelective('r.assignee', assignee);
  else others.add('r.assignee = ?', assignee);
  const { rows } = await db.query<TaskRow>(
    `SELECT t.* FROM task t WHERE t.id = ANY (ARRAY(${newest(list)})) ORDER BY t.id DESC`,
    few.values,
  );
  return rows;
}

/** $1 id. */
const FIND_TASK = `SELECT * FROM task WHERE id = $1`;

export async function findTask(db: Queryable, id: string): Promise<TaskRow | null> {
  const { rows } = await db.query<TaskRow>(FIND_TASK, [id]);
  return rows[0] ?? null;
}
