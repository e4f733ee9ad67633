import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Answers, Problems } from './api-docs.js';
import { taskPageSchema, taskSchema } from './api-schemas.js';
import { GetTaskQuery } from './queries/get-task.query.js';
import { ListTasksQuery, taskListParameters } from './queries/list-tasks.query.js';
import type { Page } from './queries/page.js';
import { nothing } from './request-text.js';
import type { TaskView } from './tasks/task-view.js';

@ApiTags('Tasks')
@Controller('/v1/tasks')
export class TasksController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'Work handed to people, newest first',
    description: 'On targets with the driver `manual`. A task is reported with the verb `complete-task`.',
  })
  @Answers(200, 'A page.', taskPageSchema)
  @Problems()
  list(
    @Query({ schema: taskListParameters }) parameters: z.output<typeof taskListParameters>,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<TaskView>> {
    return this.queries.execute(new ListTasksQuery(parameters, caller));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One task: what to do, click by click, and what to write down before' })
  @Answers(200, 'The task.', taskSchema)
  @Problems('not-found')
  get(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<TaskView> {
    return this.queries.execute(new GetTaskQuery(id, caller));
  }
}
