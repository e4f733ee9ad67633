import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { allow, type Caller } from '../../http/caller.js';
import { Clock } from '../clock.js';
import { isUuid } from '../request-text.js';
import { findTask } from '../tasks/sql/find-tasks.sql.js';
import { taskView, type TaskView } from '../tasks/task-view.js';
import { loadOperation } from './load-operation.js';

export class GetTaskQuery extends Query<TaskView> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetTaskQuery)
export class GetTaskHandler implements IQueryHandler<GetTaskQuery> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ id, caller }: GetTaskQuery): Promise<TaskView> {
    const row = isUuid(id) ? await findTask(this.database, id) : null;
    if (row === null) throw new AppError('not-found', `There is no task ${JSON.stringify(id.slice(0, 64))}.`);
    const position = await loadOperation(this.database, row.operation_id);
    allow(caller, 'viewer', position);
    return taskView(row, position, this.clock.now());
  }
}
