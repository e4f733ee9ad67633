import { Module } from '@nestjs/common';
import { AsyncApiController } from './asyncapi.controller.js';
import { CommandsConsumer } from './commands.consumer.js';
import { EventsController } from './events.controller.js';
import { IsolationController } from './isolation.controller.js';
import { OperationsController } from './operations.controller.js';
import { PlansController } from './plans.controller.js';
import { ServiceController } from './service.controller.js';
import { SolutionsController } from './solutions.controller.js';
import { TargetsController } from './targets.controller.js';
import { TasksController } from './tasks.controller.js';

/** All that the interface offers; they need the command and query buses only, so that the document can be made of them alone. */
export const controllers = [
  SolutionsController,
  OperationsController,
  PlansController,
  TargetsController,
  TasksController,
  IsolationController,
  ServiceController,
  EventsController,
  AsyncApiController,
];

/** What a process that only carries operations on does without: REST and commands from the broker. */
@Module({ controllers, providers: [CommandsConsumer] })
export class InterfaceModule {}
