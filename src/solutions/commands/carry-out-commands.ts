import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { PreparedOnboarding } from './accept-onboarding.js';
import { AcceptOnboarding } from './accept-onboarding.js';
import { AcceptTogether, namesOf, Taken } from './accept-together.js';
import type { PreparedCommand } from './prepare-command.js';

/** The operation a command is about, or why it was refused. */
export type CarriedOut = string | AppError;

/**
 * Commands in the order they came, in one transaction. Onboardings that follow each other and share nothing are
 * written together, as those over REST are; one that is refused leaves nothing behind.
 */
@Injectable()
export class CarryOutCommands {
  constructor(
    private readonly onboardings: AcceptOnboarding,
    private readonly together: AcceptTogether,
  ) {}

  /** @throws anything but a refusal: nothing may be committed then */
  async carryOut(tx: Queryable, commands: readonly PreparedCommand[]): Promise<CarriedOut[]> {
    const results: CarriedOut[] = [];
    for (let at = 0; at < commands.length; at = results.length) {
      const run = strangersFrom(commands, at);
      const written = run.length > 1 ? await this.writeFree(tx, run) : new Set<string>();
      for (const command of commands.slice(at, at + Math.max(run.length, 1)))
        results.push(await this.result(tx, command, written));
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
  private async writeFree(tx: Queryable, run: readonly PreparedOnboarding[]): Promise<ReadonlySet<string>> {
    for (let rest = run; rest.length > 1;) {
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

/** Onboardings from here on that carry out no plan and share nothing with one before them. */
function strangersFrom(commands: readonly PreparedCommand[], from: number): PreparedOnboarding[] {
  const taken = new Set<string>();
  const run: PreparedOnboarding[] = [];
  for (const command of commands.slice(from)) {
    if (!('onboarding' in command) || (command.onboarding.request.planId ?? null) !== null) break;
    const names = namesOf(command.onboarding);
    if (names.some((name) => taken.has(name))) break;
    for (const name of names) taken.add(name);
    run.push(command.onboarding);
  }
  return run;
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
