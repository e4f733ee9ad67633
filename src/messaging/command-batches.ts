import type { Logger } from 'pino';
import { AppError, messageOf } from '../errors.js';
import { backoffMs } from './backoff.js';
import { BatchSession, type BatchHost } from './batch-session.js';
import type { DeadLetter } from './dead-letter.js';
import { toDeadLetter } from './dead-letter.js';
import { pause } from './doorbell.js';
import type { CommandInbox, CommandResult, IncomingCommand } from './incoming-command.js';
import type { RawRecord } from './read-command.js';
import { isUnreadable, readCommand } from './read-command.js';

/** Commands of one transaction: some 100 ms, so that heartbeats and stops are not held up. */
const COMMANDS_AT_ONCE = 200;
/** A command has some kilobytes; packed ones of megabytes may come many at a time. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;
/** A command that fails alone this often, with the database there, is set aside: some 3 s. */
const ATTEMPTS_ALONE = 5;

export interface OffsetRecord extends RawRecord {
  readonly offset: string;
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
    private readonly now: () => Date,
    private readonly random: () => number,
  ) {}

  /**
   * @throws when dead letters cannot be sent, when the session is lost, or stopped in the middle; what is not resolved
   * comes again
   */
  async take(records: readonly OffsetRecord[], host: BatchHost): Promise<void> {
    const session = new BatchSession(host);
    try {
      for (const part of inParts(records)) {
        if (!session.goesOn()) return;
        await this.takePart(part, session);
        const last = part.at(-1);
        if (last !== undefined) host.resolve(last.offset);
        await host.heartbeat();
      }
    } finally {
      session.end();
    }
  }

  private async takePart(records: readonly OffsetRecord[], session: BatchSession): Promise<void> {
    const now = this.now();
    const reads = records.map((record) => readCommand(record, now));
    const commands = reads.filter((read): read is IncomingCommand => !isUnreadable(read));
    const settled = await this.handle(commands, session);
    const letters: DeadLetter[] = [];
    let next = 0;
    for (const [i, record] of records.entries()) {
      const read = reads[i];
      const fate: Settled | undefined =
        read !== undefined && isUnreadable(read)
          ? { result: { outcome: 'dead-letter', ...read }, attempts: 1 }
          : settled[next++];
      if (fate?.result.outcome !== 'dead-letter') continue;
      const { topic, partition } = session.host;
      const origin = { topic, partition, offset: record.offset, attempts: fate.attempts };
      const { reasonCode, reason } = fate.result;
      this.log.warn({ ...origin, reasonCode }, `command set aside: ${reason.slice(0, 500)}`);
      letters.push(toDeadLetter(record, { reasonCode, reason }, origin));
    }
    if (letters.length > 0) await this.deadLetters.send(letters);
  }

  private async handle(
    commands: readonly IncomingCommand[],
    session: BatchSession,
  ): Promise<readonly Settled[]> {
    if (commands.length === 0) return [];
    for (let failures = 0; ; failures++) {
      try {
        const results = await this.inbox.handle(commands);
        if (results.length === commands.length)
          return results.map((result) => ({ result, attempts: failures + 1 }));
        throw new Error(`${results.length} results for ${commands.length} commands`);
      } catch (error) {
        if (!session.goesOn()) throw error;
        if (failures === 0)
          this.log.warn({ err: error, commands: commands.length }, 'commands were not taken in');
        if (mayBeTheirs(error)) {
          if (commands.length > 1) return this.halves(commands, session);
          if (failures + 1 >= ATTEMPTS_ALONE) return [{ result: failed(error), attempts: failures + 1 }];
        }
        await pause(backoffMs(failures, 200, 5000, this.random), session.host.signal);
        if (!session.goesOn()) throw error;
      }
    }
  }

  /** One of them is at fault: found by halving, in order, so that the others do not wait for it. */
  private async halves(
    commands: readonly IncomingCommand[],
    session: BatchSession,
  ): Promise<readonly Settled[]> {
    const middle = commands.length >> 1;
    const first = await this.handle(commands.slice(0, middle), session);
    return [...first, ...(await this.handle(commands.slice(middle), session))];
  }
}

/** In order, each small enough for one transaction. */
function inParts(records: readonly OffsetRecord[]): OffsetRecord[][] {
  const parts: OffsetRecord[][] = [];
  let part: OffsetRecord[] = [];
  let bytes = Infinity;
  for (const record of records) {
    bytes += record.value?.length ?? 0;
    if (bytes > BYTES_AT_ONCE || part.length === COMMANDS_AT_ONCE) {
      part = [];
      parts.push(part);
      bytes = record.value?.length ?? 0;
    }
    part.push(record);
  }
  return parts;
}

const sqlState = /^[0-9A-Z]{5}$/;
/** Classes of what is wrong with the data: 22 values, 23 constraints, 54 limits. */
const ofData = /^(22|23|54)/;

/** False where the database says that the time is bad and not the command: it would set aside good ones. */
function mayBeTheirs(error: unknown): boolean {
  if (error instanceof AppError && error.kind === 'unavailable') return false;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code !== 'string' || !sqlState.test(code) || ofData.test(code);
}

function failed(error: unknown): CommandResult {
  return { outcome: 'dead-letter', reasonCode: 'handler-failed', reason: messageOf(error).slice(0, 500) };
}
