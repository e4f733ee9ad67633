import type { Logger } from 'pino';
import { AppError, messageOf } from '../errors.js';
import { backoffMs } from './backoff.js';
import type { DeadLetter } from './dead-letter.js';
import { toDeadLetter } from './dead-letter.js';
import { pause } from './doorbell.js';
import type { CommandInbox, CommandResult, IncomingCommand } from './incoming-command.js';
import type { RawRecord } from './read-command.js';
import { isUnreadable, readCommand } from './read-command.js';

/** Commands of one transaction: some 100 ms, so that heartbeats and stops are not held up. */
const COMMANDS_AT_ONCE = 200;
/** A command that fails alone this often, with the database there, is set aside: some 3 s. */
const ATTEMPTS_ALONE = 5;
const HEARTBEAT_MS = 1000;

export interface OffsetRecord extends RawRecord {
  readonly offset: string;
}

/** The partition a batch comes from, as the transport sees it. */
export interface BatchHost {
  readonly topic: string;
  readonly partition: number;
  /** Aborted when this process stops. */
  readonly signal: AbortSignal;
  /** The partition has been taken away, or the consumer stops: nothing more may be resolved. */
  stopped(): boolean;
  /** The session stays alive; may be called while another call runs. */
  heartbeat(): Promise<void>;
  /** Everything up to this offset is done with. */
  resolve(offset: string): void;
}

export interface DeadLetters {
  /** Resolves when they are durable. */
  send(letters: readonly DeadLetter[]): Promise<void>;
}

interface Settled {
  readonly result: CommandResult;
  readonly attempts: number;
}

/**
 * Takes a batch of records in: offsets are resolved after the commit, so a crash repeats commands and loses none.
 * What cannot be understood, and what makes the handler fail again and again, goes to the dead letters and the
 * partition moves on; a database that is away holds the partition, heartbeating, until it is back.
 */
export class CommandBatches {
  constructor(
    private readonly inbox: CommandInbox,
    private readonly deadLetters: DeadLetters,
    private readonly log: Logger,
    private readonly random: () => number,
  ) {}

  /** @throws when dead letters cannot be sent, or stopped in the middle; what is not resolved comes again */
  async take(records: readonly OffsetRecord[], host: BatchHost): Promise<void> {
    const heart = setInterval(() => {
      // A lost session shows at the next awaited heartbeat.
      host.heartbeat().catch(() => undefined);
    }, HEARTBEAT_MS);
    try {
      for (let from = 0; from < records.length; from += COMMANDS_AT_ONCE) {
        if (host.stopped()) return;
        const part = records.slice(from, from + COMMANDS_AT_ONCE);
        await this.takePart(part, host);
        const last = part.at(-1);
        if (last !== undefined) host.resolve(last.offset);
        await host.heartbeat();
      }
    } finally {
      clearInterval(heart);
    }
  }

  private async takePart(records: readonly OffsetRecord[], host: BatchHost): Promise<void> {
    const reads = records.map((record) => readCommand(record));
    const commands = reads.filter((read): read is IncomingCommand => !isUnreadable(read));
    const settled = await this.handle(commands, host);
    const letters: DeadLetter[] = [];
    let next = 0;
    for (const [i, record] of records.entries()) {
      const read = reads[i];
      const fate: Settled | undefined =
        read !== undefined && isUnreadable(read)
          ? { result: { outcome: 'dead-letter', ...read }, attempts: 1 }
          : settled[next++];
      if (fate?.result.outcome !== 'dead-letter') continue;
      const origin = {
        topic: host.topic,
        partition: host.partition,
        offset: record.offset,
        attempts: fate.attempts,
      };
      this.log.warn(
        { ...origin, reasonCode: fate.result.reasonCode },
        `command set aside: ${fate.result.reason}`,
      );
      letters.push(toDeadLetter(record, fate.result, origin));
    }
    if (letters.length > 0) await this.deadLetters.send(letters);
  }

  private async handle(commands: readonly IncomingCommand[], host: BatchHost): Promise<readonly Settled[]> {
    if (commands.length === 0) return [];
    for (let failures = 0; ; failures++) {
      try {
        const results = await this.inbox.handle(commands);
        if (results.length === commands.length)
          return results.map((result) => ({ result, attempts: failures + 1 }));
        throw new Error(`${results.length} results for ${commands.length} commands`);
      } catch (error) {
        if (host.stopped()) throw error;
        const passes = error instanceof AppError && error.kind === 'unavailable';
        if (failures === 0)
          this.log.warn({ err: error, commands: commands.length }, 'commands were not taken in');
        if (!passes && commands.length > 1) return this.halves(commands, host);
        if (!passes && failures + 1 >= ATTEMPTS_ALONE)
          return [{ result: failed(error), attempts: failures + 1 }];
        await pause(backoffMs(failures, 200, 5000, this.random), host.signal);
      }
    }
  }

  /** One of them is at fault: found by halving, in order, so that the others do not wait for it. */
  private async halves(commands: readonly IncomingCommand[], host: BatchHost): Promise<readonly Settled[]> {
    const middle = commands.length >> 1;
    const first = await this.handle(commands.slice(0, middle), host);
    return [...first, ...(await this.handle(commands.slice(middle), host))];
  }
}

function failed(error: unknown): CommandResult {
  return { outcome: 'dead-letter', reasonCode: 'handler-failed', reason: messageOf(error).slice(0, 500) };
}
