import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import * as z from 'zod';
import { Database } from '../../database/database.js';
import type { Caller } from '../../http/caller.js';
import { Clock } from '../clock.js';
import { text, uuid } from '../request-text.js';
import { findTasks } from '../tasks/sql/find-tasks.sql.js';
import { taskView, type TaskView } from '../tasks/task-view.js';
import { loadOperationsAt } from './load-operation.js';
import { decodeCursor, pageOf, pageParameters, type Page } from './page.js';

export const taskListParameters = z.strictObject({
  state: z.enum(['open', 'closed']).optional(),
  operation: uuid.optional().describe('Id of an operation.'),
  solution: uuid.optional().describe('Id of a solution.'),
  target: text(255).optional(),
  tenant: text(255).optional(),
  assignee: text(255).optional(),
  ...pageParameters,
});

/** Work handed to people, newest first. */
export class ListTasksQuery extends Query<Page<TaskView>> {
  constructor(
    readonly parameters: z.output<typeof taskListParameters>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListTasksQuery)
export class ListTasksHandler implements IQueryHandler<ListTasksQuery> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ parameters, caller }: ListTasksQuery): Promise<Page<TaskView>> {
    const { limit, cursor, ...filter } = parameters;
    const rows = await findTasks(this.database, filter, {
      before: decodeCursor('tasks', cursor),
      limit: limit + 1,
      caller,
    });
    const { items, next } = pageOf('tasks', rows, limit);
    const ids = [...new Set(items.map((row) => row.operation_id))];
    const positions = new Map(
      (await loadOperationsAt(this.database, ids)).map((position) => [position.id, position]),
    );
    const at = this.clock.now();
    return {
      items: items.flatMap((row) => {
        const position = positions.get(row.operation_id);
        return position === undefined ? [] : [taskView(row, position, at)];
      }),
      next,
    };
  }
}
