import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { operationView, type OperationView } from '../../saga/view.js';
import { loadOperation } from '../queries/load-operation.js';
import type { OnboardingToAccept } from './accept-onboarding.js';
import { AcceptTogether } from './accept-together.js';

/** Gives a solution its own Interaction Server; answers the operation, which runs on by itself. */
export class OnboardCommand extends Command<OperationView> {
  constructor(readonly asked: OnboardingToAccept) {
    super();
  }
}

@CommandHandler(OnboardCommand)
export class OnboardHandler implements ICommandHandler<OnboardCommand> {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly acceptance: AcceptTogether,
  ) {}

  async execute({ asked }: OnboardCommand): Promise<OperationView> {
    const accepted = await this.acceptance.accept(asked);
    if (accepted.position === undefined) {
      return operationView(await loadOperation(this.database, accepted.operationId), { withActions: true });
    }
    this.wake.notify('operation');
    this.wake.notify('event');
    return operationView(accepted.position, { withActions: true });
  }
}
