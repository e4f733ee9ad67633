import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Queryable } from '../../database/database.js';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../errors.js';
import type { OperationView } from '../../saga/view.js';
import type { Desired } from '../desired.js';
import type { ChangeRequest } from '../later-request.js';
import type { SolutionRow } from '../solution-view.js';
import type { LaterToAccept } from './accept-later.js';
import { AcceptLater } from './accept-later.js';
import type { Acceptance } from './accept-onboarding.js';
import type { Later } from './later-desired.js';
import { RunAcceptance } from './run-acceptance.js';

/** What is asked for over REST and Kafka alike. */
@Injectable()
export class AcceptChange {
  constructor(private readonly later: AcceptLater) {}

  /** @throws AppError; nothing of the transaction may be committed then */
  accept(tx: Queryable, asked: LaterToAccept<ChangeRequest>): Promise<Acceptance> {
    return this.later.accept(tx, asked, changeOf(asked.request));
  }
}

export const changeOf = (request: ChangeRequest): Later => ({
  kind: 'change',
  state: 'changing',
  desiredOf: (solution) => changed(solution, request),
});

/** What is left out stays as it is; names of what was created are never changed. */
function changed({ state, key, desired }: SolutionRow, request: ChangeRequest): Desired {
  if (state !== 'active') {
    throw new AppError('solution-not-active', `The solution "${key}" is ${state}, not active.`);
  }
  return {
    ...desired,
    displayName: request.displayName ?? desired.displayName,
    interactionServer: request.interactionServer ?? desired.interactionServer,
    businessProcesses: request.businessProcesses ?? desired.businessProcesses,
  };
}

/** Gives a solution other Business Processes, another server or another name; answers the operation. */
export class ChangeCommand extends Command<OperationView> {
  constructor(readonly asked: LaterToAccept<ChangeRequest>) {
    super();
  }
}

@CommandHandler(ChangeCommand)
export class ChangeHandler implements ICommandHandler<ChangeCommand> {
  constructor(
    private readonly run: RunAcceptance,
    private readonly acceptance: AcceptChange,
  ) {}

  execute({ asked }: ChangeCommand): Promise<OperationView> {
    return this.run.run((tx) => this.acceptance.accept(tx, asked));
  }
}
