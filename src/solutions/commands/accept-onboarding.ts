import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { Caller } from '../../http/caller.js';
import { allow } from '../../http/caller.js';
import { eventType, partitionKeyOf, solutionSource } from '../../messaging/event.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import type { Position } from '../../saga/position.js';
import { Sagas } from '../../saga/saga.js';
import { operationView } from '../../saga/view.js';
import type { Desired } from '../desired.js';
import { Ids } from '../ids.js';
import type { OnboardRequest } from '../onboard-request.js';
import { desiredOf, scheduleOf, unsupportedMembers } from '../onboard-request.js';
import { Targets } from '../ports/target.js';
import { whichTarget } from '../which-target.js';
import { acceptedPosition } from './accepted-position.js';
import { agreedDigest } from './agreed-plan.js';
import { fingerprintOf } from './fingerprint.js';
import { insertOperations } from './sql/insert-operations.sql.js';
import type { IdempotencyKey, KeyToTake } from './sql/take-idempotency-keys.sql.js';
import { takeClaims } from './take-claims.js';
import { takeIdempotencyKey } from './take-idempotency-key.js';
import { alreadyThere, takeIdentity } from './take-identity.js';

export interface OnboardingToAccept {
  readonly request: OnboardRequest;
  readonly caller: Caller;
  readonly idempotencyKey: Omit<IdempotencyKey, 'caller'> | null;
  /** Its repeats are known by the inbox: the same payload once more is another request. */
  readonly inInbox?: true;
  readonly correlationId: string | null;
  readonly causationId: string | null;
}

/** A request that may be accepted, with the ids it will have. */
export interface PreparedOnboarding extends OnboardingToAccept {
  readonly desired: Desired;
  readonly fingerprint: string;
  readonly operationId: string;
  readonly solutionId: string;
}

/** `position` where the request made a new operation; none where it means one that is there already. */
export interface Acceptance {
  readonly operationId: string;
  readonly position?: Position;
}

/**
 * Line one of every onboarding, over REST and Kafka alike: idempotency key, solution, claims, operation and event in
 * the caller's transaction. Races are decided by unique indexes: what cannot be inserted is looked at, never the other
 * way round. The tables are taken in one order everywhere.
 */
@Injectable()
export class AcceptOnboarding {
  constructor(
    private readonly targets: Targets,
    private readonly sagas: Sagas,
    private readonly ids: Ids,
  ) {}

  /** @throws AppError `not-yet-supported`, `target-unknown`, `forbidden` */
  prepare(asked: OnboardingToAccept): PreparedOnboarding {
    return {
      ...asked,
      desired: this.desiredOf(asked.request, asked.caller),
      fingerprint: fingerprintOf(asked.request),
      operationId: this.ids.next(),
      solutionId: this.ids.next(),
    };
  }

  /** @throws AppError; nothing of the transaction may be committed then */
  async acceptPrepared(tx: Queryable, prepared: PreparedOnboarding): Promise<Acceptance> {
    const { request, idempotencyKey, desired, fingerprint, operationId, solutionId } = prepared;
    if (idempotencyKey !== null) {
      const earlier = await takeIdempotencyKey(tx, keyToTake(prepared, idempotencyKey));
      if (earlier !== null) return { operationId: earlier };
    }
    const asked = { kind: 'onboarding', solutionId: null, desired };
    const planDigest = await agreedDigest(tx, request.planId ?? null, asked);
    const acceptedAt = await takeIdentity(tx, { id: solutionId, operationId, desired });
    if (!(acceptedAt instanceof Date)) {
      const keyed = idempotencyKey !== null || prepared.inInbox === true;
      if (!keyed && acceptedAt.running?.fingerprint === fingerprint) {
        return { operationId: acceptedAt.running.operationId };
      }
      throw alreadyThere(desired, acceptedAt);
    }
    await takeClaims(tx, solutionId, desired);
    const position = this.positionOf(prepared, acceptedAt, planDigest);
    await insertOperations(tx, [{ position, fingerprint }]);
    await insertEvents(tx, [acceptedEvent(position)], acceptedAt);
    return { operationId, position };
  }

  positionOf(prepared: PreparedOnboarding, acceptedAt: Date, planDigest: string | null): Position {
    const { request, caller, desired, operationId, solutionId } = prepared;
    return acceptedPosition({
      id: operationId,
      kind: 'onboarding',
      solutionId,
      ...identityOf(desired),
      stepNames: this.sagas.saga('onboarding').steps.map((step) => step.name),
      input: {
        desired,
        requestedBy: caller.name,
        externalReference: request.externalReference ?? [],
        correlationId: prepared.correlationId,
        causationId: prepared.causationId,
      },
      schedule: scheduleOf(request),
      planId: request.planId ?? null,
      planDigest,
      requireApproval: request.requireApproval === true,
      acceptedAtMs: acceptedAt.getTime(),
    });
  }

  /** What is asked for, if this caller may ask for it. @throws AppError `not-yet-supported`, `target-unknown`, `forbidden` */
  desiredOf(request: OnboardRequest, caller: Caller): Desired {
    const errors = unsupportedMembers(request);
    if (errors.length > 0) {
      throw new AppError('not-yet-supported', 'The request uses what is not supported yet.', { errors });
    }
    const desired = desiredOf(request, whichTarget(this.targets, request.target).config);
    allow(caller, 'requester', desired);
    return desired;
  }
}

export const keyToTake = (
  { caller, fingerprint, operationId }: PreparedOnboarding,
  key: Omit<IdempotencyKey, 'caller'>,
): KeyToTake => ({ ...key, caller: caller.name, fingerprint, operationId });

const identityOf = ({ target, tenant, key }: Desired) => ({ target, tenant, key });

export const acceptedEvent = (position: Position) =>
  ({
    type: eventType('operation.accepted'),
    source: solutionSource(position.solutionId),
    subject: `operations/${position.id}`,
    solutionId: position.solutionId,
    operationId: position.id,
    partitionKey: partitionKeyOf(position),
    correlationId: position.input.correlationId,
    causationId: position.input.causationId,
    data: operationView(position, { withActions: false }),
  }) as const;
