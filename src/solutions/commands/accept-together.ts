import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import { claimedBy } from '../claims-in-database.js';
import type { Acceptance, OnboardingToAccept, PreparedOnboarding } from './accept-onboarding.js';
import { acceptedEvent, AcceptOnboarding, keyToTake } from './accept-onboarding.js';
import { retryingDeadlock } from '../../database/retry-deadlock.js';
import { insertClaims } from './sql/insert-claims.sql.js';
import { insertOperations } from './sql/insert-operations.sql.js';
import { insertSolutions } from './sql/insert-solutions.sql.js';
import { takeIdempotencyKeys } from './sql/take-idempotency-keys.sql.js';
import { Together } from '../../database/together.js';

/**
 * Requests that arrive together share one transaction: five statements and one flush of the disk for all of them. It
 * only ever writes what nobody else has: a request whose key, identity or object is taken, by an earlier one or by
 * another of the batch, goes by itself through `AcceptOnboarding`, which says what is the matter.
 */
@Injectable()
export class AcceptTogether {
  private readonly together = new Together<PreparedOnboarding, Acceptance>((batch) => this.acceptAll(batch));

  constructor(
    private readonly database: Database,
    private readonly acceptance: AcceptOnboarding,
  ) {}

  /** @throws AppError */
  async accept(asked: OnboardingToAccept): Promise<Acceptance> {
    return this.together.add(this.acceptance.prepare(asked));
  }

  private async acceptAll(
    batch: readonly PreparedOnboarding[],
  ): Promise<readonly PromiseSettledResult<Acceptance>[]> {
    const free = batch.length > 1 ? await this.acceptFree(strangers(batch)) : new Map<string, Acceptance>();
    const results: PromiseSettledResult<Acceptance>[] = [];
    // One after the other: those that clash with each other do so in the order they came.
    for (const prepared of batch) {
      const accepted = free.get(prepared.operationId);
      const [result] = await Promise.allSettled([accepted ?? this.acceptOne(prepared)]);
      results.push(result);
    }
    return results;
  }

  private acceptOne(prepared: PreparedOnboarding): Promise<Acceptance> {
    return retryingDeadlock(() =>
      this.database.transaction((tx) => this.acceptance.acceptPrepared(tx, prepared)),
    );
  }

  /** @returns those that were accepted, by operation @throws AppError `unavailable` */
  private async acceptFree(batch: readonly PreparedOnboarding[]): Promise<ReadonlyMap<string, Acceptance>> {
    let rest = batch;
    while (rest.length > 1) {
      const round = rest;
      try {
        return await retryingDeadlock(() => this.database.transaction((tx) => this.write(tx, round)));
      } catch (error) {
        if (error instanceof Taken)
          rest = round.filter(({ operationId }) => !error.operations.has(operationId));
        else if (error instanceof AppError) throw error;
        // One that the database refuses must not hold up the others.
        else rest = [];
      }
    }
    return new Map();
  }

  /** In the order of `AcceptOnboarding`: batches and single requests never wait for each other crosswise. @throws Taken */
  async write(tx: Queryable, batch: readonly PreparedOnboarding[]): Promise<ReadonlyMap<string, Acceptance>> {
    const keys = batch.flatMap((one) =>
      one.idempotencyKey === null ? [] : [keyToTake(one, one.idempotencyKey)],
    );
    if (keys.length > 0) {
      const ours = await takeIdempotencyKeys(tx, keys);
      requireAll(keys.filter((key) => !ours.has(key.operationId)));
    }
    const acceptedAt = await insertSolutions(
      tx,
      batch.map(({ solutionId, operationId, desired }) => ({ id: solutionId, operationId, desired })),
    );
    requireAll(batch.filter(({ solutionId }) => !acceptedAt.has(solutionId)));
    const claims = await insertClaims(tx, batch.flatMap(claimsOf));
    const claimed = new Map<string, number>();
    for (const { solutionId } of claims) claimed.set(solutionId, (claimed.get(solutionId) ?? 0) + 1);
    requireAll(batch.filter((one) => claimed.get(one.solutionId) !== claimsOf(one).length));

    const now = acceptedAt.values().next().value ?? new Date();
    const operations = batch.map((one) => ({
      position: this.acceptance.positionOf(one, now, null),
      fingerprint: one.fingerprint,
    }));
    await insertOperations(tx, operations);
    await insertEvents(
      tx,
      operations.map(({ position }) => acceptedEvent(position)),
      now,
    );
    return new Map(
      operations.map(({ position }) => [position.id, { operationId: position.id, position }] as const),
    );
  }
}

/** Rolls the batch back: these have to go by themselves. */
export class Taken extends Error {
  constructor(readonly operations: ReadonlySet<string>) {
    super('taken');
  }
}

function requireAll(missing: readonly { readonly operationId: string }[]): void {
  if (missing.length > 0) throw new Taken(new Set(missing.map(({ operationId }) => operationId)));
}

const claimsOf = ({ solutionId, desired }: PreparedOnboarding) =>
  claimedBy(desired).map((resource) => ({ target: desired.target, resource, solutionId }));

/** Those that carry out no plan and share nothing with one before them in the batch. */
export function strangers(batch: readonly PreparedOnboarding[]): readonly PreparedOnboarding[] {
  const taken = new Set<string>();
  return batch.filter((one) => {
    const names = namesOf(one);
    const shares = (one.request.planId ?? null) !== null || names.some((name) => taken.has(name));
    for (const name of names) taken.add(name);
    return !shares;
  });
}

/** What it needs for itself alone. */
function namesOf({ caller, idempotencyKey, desired }: PreparedOnboarding): string[] {
  const { target, tenant, key } = desired;
  const names = [
    ['solution', target, tenant, key],
    ...claimedBy(desired).map((name) => ['claim', target, name]),
  ];
  if (idempotencyKey !== null) {
    const { method, path } = idempotencyKey;
    names.push(['key', caller.name, method, path, idempotencyKey.key]);
  }
  return names.map((name) => JSON.stringify(name));
}
