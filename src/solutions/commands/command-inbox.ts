import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Database, type Queryable } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { AppError } from '../../errors.js';
import { invalid } from '../../http/validate.js';
import { partitionKeyOf } from '../../messaging/event.js';
import { CommandInbox, type CommandResult, type IncomingCommand } from '../../messaging/incoming-command.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import type { Verb } from '../../saga/verbs.js';
import { Clock } from '../clock.js';
import { noOperation } from '../queries/load-operation.js';
import { findIdentityOfOperation } from '../queries/sql/find-identity-of-operation.sql.js';
import { AcceptOnboarding } from './accept-onboarding.js';
import { AcceptVerb, supportedVerb } from './accept-verb.js';
import { requireYoung } from './command-age.js';
import { kindOf, onboardData, verbDataOf, type CommandKind } from './command-data.js';
import { refusedEvent } from './refused-event.js';
import { allowVerb, senderOf, type Sender } from './sender.js';
import { findOperationOf, type Identity } from './sql/find-operation-of.sql.js';
import { insertInbox, setInboxOperation } from './sql/insert-inbox.sql.js';

/** Commands from the broker, accepted by the same rules as those over REST. Who sent one is known by its source. */
@Injectable()
export class CommandsFromBroker extends CommandInbox {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly onboardings: AcceptOnboarding,
    private readonly verbs: AcceptVerb,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    super();
  }

  override async handle(commands: readonly IncomingCommand[]): Promise<readonly CommandResult[]> {
    const results = await this.database.transaction(async (tx) => {
      const taken: CommandResult[] = [];
      for (const command of commands) taken.push(await this.take(tx, command));
      return taken;
    });
    if (results.some(({ outcome }) => outcome === 'accepted')) this.wake.notify('operation');
    if (results.some(({ outcome }) => outcome === 'accepted' || outcome === 'refused'))
      this.wake.notify('event');
    return results;
  }

  private async take(tx: Queryable, command: IncomingCommand): Promise<CommandResult> {
    const kind = kindOf(command.type);
    if (kind === null) {
      const reason = `There is no command of type ${JSON.stringify(command.type)}.`;
      return { outcome: 'dead-letter', reasonCode: 'unknown-type', reason };
    }
    const message = { source: command.source, messageId: command.id };
    if ((await insertInbox(tx, [message])).length === 0) return { outcome: 'seen-before' };
    // What is refused leaves nothing but its inbox row and the event that says so.
    await tx.query('SAVEPOINT command');
    try {
      await setInboxOperation(tx, message, await this.accept(tx, command, kind));
      await tx.query('RELEASE SAVEPOINT command');
      return { outcome: 'accepted' };
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'unavailable' || error.kind === 'internal')
        throw error;
      await tx.query('ROLLBACK TO SAVEPOINT command');
      await insertEvents(tx, [refusedEvent(command, error)], this.clock.now());
      return { outcome: 'refused' };
    }
  }

  /** @returns the operation's id @throws AppError */
  private async accept(tx: Queryable, command: IncomingCommand, kind: CommandKind): Promise<string> {
    const sender = senderOf(command.source, this.config.kafka?.principals);
    requireYoung(command, this.clock.now());
    if (typeof kind === 'object') return this.tell(tx, command, kind.verb, sender);
    if (kind !== 'onboard') {
      throw new AppError('not-yet-supported', `The command "${kind}" is not supported yet.`);
    }
    const request = onboardData(command.data);
    requireKey(command, request);
    const { operationId } = await this.onboardings.accept(tx, {
      request,
      caller: sender.caller,
      idempotencyKey: null,
      correlationId: command.correlationId,
      causationId: command.id,
    });
    return operationId;
  }

  private async tell(tx: Queryable, command: IncomingCommand, verb: Verb, sender: Sender): Promise<string> {
    // The verb first: one that is not supported yet has data of its own.
    supportedVerb(verb);
    allowVerb(sender, verb);
    const { of, ...request } = verbDataOf(command.data);
    const named = 'operationId' in of;
    const identity = named ? await findIdentityOfOperation(tx, of.operationId) : of;
    if (identity === null) throw noOperation(named ? of.operationId : '');
    requireKey(command, identity);
    const operationId = named ? of.operationId : await findOperationOf(tx, identity);
    if (operationId === null) {
      throw new AppError(
        'not-found',
        `There is no solution "${identity.key}" in tenant "${identity.tenant}".`,
      );
    }
    await this.verbs.accept(tx, { operationId, verb, request, caller: sender.caller });
    return operationId;
  }
}

/** The order of commands is that of their partition, so those of one solution must lie in one. */
function requireKey({ partitionKey }: IncomingCommand, identity: Identity): void {
  const expected = partitionKeyOf(identity);
  if (partitionKey === expected) return;
  throw invalid([{ pointer: '', detail: `record key: expected ${JSON.stringify(expected)}` }]);
}
