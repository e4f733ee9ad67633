import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { PreparedOnboarding } from './accept-onboarding.js';
import { AcceptOnboarding } from './accept-onboarding.js';
import { AcceptTogether, strangers, Taken } from './accept-together.js';
import type { PreparedCommand } from './prepare-command.js';

/** The operation a command is about, or why it was refused. */
export type CarriedOut = string | AppError;

/**
 * Commands of one transaction, those of a solution in the order they came. Those of different solutions need not wait
 * for each other: the first of each are taken, then the second of each, and so on. Among these, onboardings that share
 * nothing are written together, as those over REST are; one that is refused leaves nothing behind.
 */
@Injectable()
export class CarryOutCommands {
  constructor(
    private readonly onboardings: AcceptOnboarding,
    private readonly together: AcceptTogether,
  ) {}

  /** @throws anything but a refusal: nothing may be committed then */
  async carryOut(
    tx: Queryable,
    commands: readonly PreparedCommand[],
  ): Promise<ReadonlyMap<PreparedCommand, CarriedOut>> {
    const results = new Map<PreparedCommand, CarriedOut>();
    for (const wave of wavesOf(commands)) {
      const onboardings = wave.flatMap((command) => ('onboarding' in command ? [command.onboarding] : []));
      const written = await this.writeFree(tx, strangers(onboardings));
      for (const command of wave) results.set(command, await this.result(tx, command, written));
    }
    return results;
  }

  private result(tx: Queryable, command: PreparedCommand, written: ReadonlySet<string>): Promise<CarriedOut> {
    if (!('onboarding' in command)) return attempt(tx, command.accept);
    const { onboarding } = command;
    if (written.has(onboarding.operationId)) return Promise.resolve(onboarding.operationId);
    return attempt(tx, async (within) => {
      return (await this.onboardings.acceptPrepared(within, onboarding)).operationId;
    });
  }

  /** @returns operations of those that were free; the others have to go by themselves */
  private async writeFree(tx: Queryable, free: readonly PreparedOnboarding[]): Promise<ReadonlySet<string>> {
    for (let rest = free; rest.length > 1;) {
      const batch = rest;
      try {
        return await savepoint(
          tx,
          async (within) => new Set((await this.together.write(within, batch)).keys()),
        );
      } catch (error) {
        if (!(error instanceof Taken)) throw error;
        rest = batch.filter(({ operationId }) => !error.operations.has(operationId));
      }
    }
    return new Set();
  }
}

/** The first of each key, the second of each, and so on. */
function wavesOf(commands: readonly PreparedCommand[]): PreparedCommand[][] {
  const waves: PreparedCommand[][] = [];
  const seen = new Map<string, number>();
  for (const command of commands) {
    const nth = seen.get(command.key) ?? 0;
    seen.set(command.key, nth + 1);
    (waves[nth] ??= []).push(command);
  }
  return waves;
}

async function attempt(tx: Queryable, accept: (tx: Queryable) => Promise<string>): Promise<CarriedOut> {
  try {
    return await savepoint(tx, accept);
  } catch (error) {
    if (error instanceof AppError && error.kind !== 'unavailable' && error.kind !== 'internal') return error;
    throw error;
  }
}

/** What fails leaves nothing in the transaction. */
async function savepoint<T>(tx: Queryable, work: (tx: Queryable) => Promise<T>): Promise<T> {
  await tx.query('SAVEPOINT command');
  try {
    const result = await work(tx);
    await tx.query('RELEASE SAVEPOINT command');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK TO SAVEPOINT command');
    throw error;
  }
}
