import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { allow } from '../../http/caller.js';
import { invalid } from '../../http/validate.js';
import { partitionKeyOf } from '../../messaging/event.js';
import type { IncomingCommand } from '../../messaging/incoming-command.js';
import type { Verb } from '../../saga/verbs.js';
import { Clock } from '../clock.js';
import { noOperation } from '../queries/load-operation.js';
import { findIdentityOfOperation } from '../queries/sql/find-identity-of-operation.sql.js';
import type { PreparedOnboarding } from './accept-onboarding.js';
import { AcceptOnboarding } from './accept-onboarding.js';
import { AcceptVerb, supportedVerb } from './accept-verb.js';
import { AcceptChange } from './change.command.js';
import { requireYoung } from './command-age.js';
import { changeDataOf, offboardDataOf, onboardData, verbDataOf, type CommandKind } from './command-data.js';
import { AcceptOffboarding } from './offboard.command.js';
import { allowVerb, senderOf, type Sender } from './sender.js';
import { findOperationOf, type Identity } from './sql/find-operation-of.sql.js';

/** A command that may be carried out as far as it can be said without the database. */
export type PreparedCommand = {
  /** Of the record: commands of one key are carried out in their order. */
  readonly key: string;
} & (
  | { readonly onboarding: PreparedOnboarding }
  /** @returns the operation's id @throws AppError; nothing it wrote may be committed then */
  | { readonly accept: (tx: Queryable) => Promise<string> }
);

/** Commands from the broker go to what accepts those over REST, once it is clear who sends them and that they are in their place. */
@Injectable()
export class PrepareCommand {
  constructor(
    private readonly onboardings: AcceptOnboarding,
    private readonly changes: AcceptChange,
    private readonly offboardings: AcceptOffboarding,
    private readonly verbs: AcceptVerb,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @throws AppError */
  prepare(command: IncomingCommand, kind: CommandKind): PreparedCommand {
    const sender = senderOf(command.source, this.config.kafka?.principals);
    requireYoung(command, this.clock.now());
    if (typeof kind === 'object') return this.verb(command, kind.verb, sender);
    const { caller } = sender;
    const key = command.partitionKey ?? '';
    // The inbox is what knows repeats: the same payload under another id is another request, and gets its own answer.
    const asked = {
      caller,
      idempotencyKey: null,
      inInbox: true,
      ifMatch: null,
      correlationId: command.correlationId,
      causationId: command.id,
    } as const;
    if (kind === 'onboard') {
      const request = onboardData(command.data);
      requireKey(command, request);
      return { key, onboarding: this.onboardings.prepare({ ...asked, request }) };
    }
    const { request, solution } =
      kind === 'change' ? changeDataOf(command.data) : offboardDataOf(command.data);
    requireKey(command, solution);
    allow(caller, 'requester', solution);
    const accepts = kind === 'change' ? this.changes : this.offboardings;
    return {
      key,
      accept: async (tx) => (await accepts.accept(tx, { ...asked, request, solution })).operationId,
    };
  }

  private verb(command: IncomingCommand, verb: Verb, sender: Sender): PreparedCommand {
    // The verb first: one that is not supported yet has data of its own.
    supportedVerb(verb);
    allowVerb(sender, verb);
    const { of, ...request } = verbDataOf(command.data);
    const { correlationId, id: causationId } = command;
    return {
      key: command.partitionKey ?? '',
      accept: async (tx) => {
        const operationId = await operationMeant(tx, command, of);
        const cause = { correlationId, causationId };
        await this.verbs.accept(tx, { operationId, verb, request, caller: sender.caller, cause });
        return operationId;
      },
    };
  }
}

async function operationMeant(
  tx: Queryable,
  command: IncomingCommand,
  of: Identity | { readonly operationId: string },
): Promise<string> {
  if ('operationId' in of) {
    const identity = await findIdentityOfOperation(tx, of.operationId);
    if (identity === null) throw noOperation(of.operationId);
    requireKey(command, identity);
    return of.operationId;
  }
  requireKey(command, of);
  const operationId = await findOperationOf(tx, of);
  if (operationId !== null) return operationId;
  throw new AppError('not-found', `There is no solution "${of.key}" in tenant "${of.tenant}".`);
}

/** The order of commands is that of their partition, so those of one solution must lie in one. */
function requireKey({ partitionKey }: IncomingCommand, identity: Identity): void {
  const expected = partitionKeyOf(identity);
  if (partitionKey === expected) return;
  throw invalid([{ pointer: '', detail: `record key: expected ${JSON.stringify(expected)}` }]);
}
