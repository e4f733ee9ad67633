import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Queryable } from '../../database/database.js';
import type { OperationView } from '../../saga/view.js';
import type { OffboardRequest } from '../later-request.js';
import type { LaterToAccept } from './accept-later.js';
import { AcceptLater } from './accept-later.js';
import type { Acceptance } from './accept-onboarding.js';
import type { Later } from './later-desired.js';
import { RunAcceptance } from './run-acceptance.js';

/** What is asked for over REST and Kafka alike. What was abandoned can be offboarded too: it still holds its objects. */
@Injectable()
export class AcceptOffboarding {
  constructor(private readonly later: AcceptLater) {}

  /** @throws AppError; nothing of the transaction may be committed then */
  accept(tx: Queryable, asked: LaterToAccept<OffboardRequest>): Promise<Acceptance> {
    return this.later.accept(tx, asked, offboardingOf(asked.request));
  }
}

export const offboardingOf = ({ serverAfter = 'stopped' }: OffboardRequest): Later => ({
  kind: 'offboarding',
  state: 'offboarding',
  desiredOf: ({ desired }) => ({ ...desired, serverAfter }),
});

/** Takes a solution away; answers the operation. */
export class OffboardCommand extends Command<OperationView> {
  constructor(readonly asked: LaterToAccept<OffboardRequest>) {
    super();
  }
}

@CommandHandler(OffboardCommand)
export class OffboardHandler implements ICommandHandler<OffboardCommand> {
  constructor(
    private readonly run: RunAcceptance,
    private readonly acceptance: AcceptOffboarding,
  ) {}

  execute({ asked }: OffboardCommand): Promise<OperationView> {
    return this.run.run((tx) => this.acceptance.accept(tx, asked));
  }
}
