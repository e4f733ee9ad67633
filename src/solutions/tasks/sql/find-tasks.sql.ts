import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { Direction } from '../../../saga/position.js';
import type { Look, TaskReport } from '../../../saga/reported.js';
import type { ClosedTask } from '../../../saga/task.js';
import { Conditions } from '../../queries/conditions.js';

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
  readonly id?: string | undefined;
  readonly operation?: string | undefined;
  readonly solution?: string | undefined;
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  readonly assignee?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
}

/** Newest first. Open ones are few, and have an index of their own. */
export async function findTasks(
  db: Queryable,
  filter: TaskFilter,
  page: { readonly before: string | null; readonly limit: number; readonly caller: Pick<Caller, 'scopes'> },
): Promise<readonly TaskRow[]> {
  const conditions = new Conditions();
  conditions.add('t.id < ?', page.before);
  conditions.add('t.id = ?', filter.id);
  conditions.add('t.operation_id = ?', filter.operation);
  conditions.add('o.solution_id = ?', filter.solution);
  conditions.add('o.target = ?', filter.target);
  conditions.add('o.tenant = ?', filter.tenant);
  conditions.add('t.assignee = ?', filter.assignee);
  if (filter.state !== undefined)
    conditions.addPlain(`t.closed_at IS ${filter.state === 'open' ? 'NULL' : 'NOT NULL'}`);
  conditions.addScopes('o', page.caller);
  const limit = conditions.place(page.limit);
  const { rows } = await db.query<TaskRow>(
    `SELECT t.* FROM task t JOIN operation o ON o.id = t.operation_id ${conditions.where} ORDER BY t.id DESC LIMIT ${limit}`,
    conditions.values,
  );
  return rows;
}

/** $1 id. */
const FIND_TASK = `SELECT * FROM task WHERE id = $1`;

export async function findTask(db: Queryable, id: string): Promise<TaskRow | null> {
  const { rows } = await db.query<TaskRow>(FIND_TASK, [id]);
  return rows[0] ?? null;
}
