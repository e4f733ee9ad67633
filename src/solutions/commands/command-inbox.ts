import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { AppError } from '../../errors.js';
import { CommandInbox, type CommandResult, type IncomingCommand } from '../../messaging/incoming-command.js';
import type { NewEvent } from '../../messaging/event.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import { Clock } from '../clock.js';
import { CarryOutCommands, type CarriedOut } from './carry-out-commands.js';
import { kindOf, type CommandKind } from './command-data.js';
import { PrepareCommand, type PreparedCommand } from './prepare-command.js';
import { refusedEvent } from './refused-event.js';
import { retryingDeadlock } from '../../database/retry-deadlock.js';
import { setInboxOperations, type InboxKey } from './sql/insert-inbox.sql.js';
import { takeInbox, type Arrival } from './take-inbox.js';

interface KnownCommand {
  readonly command: IncomingCommand;
  readonly kind: CommandKind;
}

/** Commands from the broker, accepted by the same rules as those over REST, a whole batch in one transaction. */
@Injectable()
export class CommandsFromBroker extends CommandInbox {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly preparation: PrepareCommand,
    private readonly carrying: CarryOutCommands,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async handle(commands: readonly IncomingCommand[]): Promise<readonly CommandResult[]> {
    const kinds = commands.map(({ type }) => kindOf(type));
    const known = commands.flatMap((command, i): KnownCommand[] => {
      const kind = kinds[i] ?? null;
      return kind === null ? [] : [{ command, kind }];
    });
    const results =
      known.length === 0
        ? []
        : await retryingDeadlock(() => this.database.transaction((tx) => this.take(tx, known)));
    if (results.some(({ outcome }) => outcome === 'accepted')) this.wake.notify('operation');
    if (results.some(({ outcome }) => outcome !== 'seen-before')) this.wake.notify('event');
    let next = 0;
    return commands.map(({ type }, i) =>
      kinds[i] === null ? unknownType(type) : (results[next++] as CommandResult),
    );
  }

  private async take(tx: Queryable, known: readonly KnownCommand[]): Promise<CommandResult[]> {
    const arrivals = await takeInbox(
      tx,
      known.map(({ command }) => command),
    );
    const fates = known.map((one, i): Fate => {
      const arrival = arrivals[i] as Arrival;
      return arrival === 'new' ? this.prepared(one) : arrival;
    });
    const ends = await this.carrying.carryOut(tx, fates.filter(isPrepared));
    const operations: (InboxKey & { operationId: string })[] = [];
    const refusals: NewEvent[] = [];
    const results = known.map(({ command }, i): CommandResult => {
      const fate = fates[i] as Fate;
      if (fate === 'seen-before') return { outcome: 'seen-before' };
      const end = isPrepared(fate) ? (ends.get(fate) as CarriedOut) : fate;
      if (typeof end === 'string') {
        operations.push({ source: command.source, messageId: command.id, operationId: end });
        return { outcome: 'accepted' };
      }
      refusals.push(refusedEvent(command, end));
      return { outcome: 'refused' };
    });
    await setInboxOperations(tx, operations);
    await insertEvents(tx, refusals, this.clock.now());
    return results;
  }

  private prepared({ command, kind }: KnownCommand): PreparedCommand | AppError {
    try {
      return this.preparation.prepare(command, kind);
    } catch (error) {
      if (error instanceof AppError && error.kind !== 'internal') return error;
      throw error;
    }
  }
}

/** What is left to be done with a command, or how it ended already. */
type Fate = PreparedCommand | 'seen-before' | AppError;

const isPrepared = (fate: Fate): fate is PreparedCommand =>
  typeof fate === 'object' && !(fate instanceof AppError);

const unknownType = (type: string): CommandResult => ({
  outcome: 'dead-letter',
  reasonCode: 'unknown-type',
  reason: `There is no command of type ${JSON.stringify(type)}.`,
});
