import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { operationView, type OperationView } from '../../saga/view.js';
import { AcceptVerb, type VerbToAccept } from './accept-verb.js';

/** Tells an operation something; answers the operation with the request on it. */
export class RequestVerbCommand extends Command<OperationView> {
  constructor(readonly asked: VerbToAccept) {
    super();
  }
}

@CommandHandler(RequestVerbCommand)
export class RequestVerbHandler implements ICommandHandler<RequestVerbCommand> {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly acceptance: AcceptVerb,
  ) {}

  async execute({ asked }: RequestVerbCommand): Promise<OperationView> {
    const position = await this.database.transaction((tx) => this.acceptance.accept(tx, asked));
    this.wake.notify('operation');
    return operationView(position, { withActions: true });
  }
}
