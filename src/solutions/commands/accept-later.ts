import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { Caller } from '../../http/caller.js';
import { allow } from '../../http/caller.js';
import { insertEvents } from '../../messaging/insert-events.sql.js';
import { Sagas } from '../../saga/saga.js';
import { Ids } from '../ids.js';
import type { ChangeRequest, OffboardRequest } from '../later-request.js';
import { requireSupported } from '../later-request.js';
import { scheduleOf } from '../onboard-request.js';
import { Targets } from '../ports/target.js';
import { loadSolution } from '../queries/load-solution.js';
import { whichTarget } from '../which-target.js';
import { claimedBy } from '../claims-in-database.js';
import type { Acceptance } from './accept-onboarding.js';
import { acceptedEvent } from './accept-onboarding.js';
import { acceptedPosition } from './accepted-position.js';
import { agreedDigest } from './agreed-plan.js';
import { fingerprintOf } from './fingerprint.js';
import { inProgress, laterDesired, type Later } from './later-desired.js';
import { beginOperation, findFingerprint, findSolutionOf } from './sql/begin-operation.sql.js';
import type { Identity } from './sql/find-operation-of.sql.js';
import { insertOperations } from './sql/insert-operations.sql.js';
import { lockSolution } from './sql/lock-solution.sql.js';
import type { IdempotencyKey } from './sql/take-idempotency-keys.sql.js';
import { takeClaims } from './take-claims.js';
import { takeIdempotencyKey } from './take-idempotency-key.js';

export interface LaterToAccept<Request> {
  /** Its id, or who it is. */
  readonly solution: string | Identity;
  readonly request: Request;
  /** Of `If-Match`; null where any version will do. */
  readonly ifMatch: string | null;
  readonly caller: Caller;
  readonly idempotencyKey: Omit<IdempotencyKey, 'caller'> | null;
  /** Its repeats are known by the inbox: the same payload once more is another request. */
  readonly inInbox?: true;
  readonly correlationId: string | null;
  readonly causationId: string | null;
}

/**
 * Line one of every operation on a solution that is there, over REST and Kafka alike: idempotency key, new claims,
 * operation and event in the caller's transaction, while the solution's row is held, so that one of two requests at
 * once sees the other's operation.
 */
@Injectable()
export class AcceptLater {
  constructor(
    private readonly targets: Targets,
    private readonly sagas: Sagas,
    private readonly ids: Ids,
  ) {}

  /** @throws AppError; nothing of the transaction may be committed then */
  async accept(
    tx: Queryable,
    asked: LaterToAccept<ChangeRequest | OffboardRequest>,
    later: Later,
  ): Promise<Acceptance> {
    const { kind, state } = later;
    const { request, caller, idempotencyKey } = asked;
    requireSupported(request);
    const id = await solutionId(tx, asked.solution);
    const operationId = this.ids.next();
    const fingerprint = fingerprintOf({ kind, solution: id, request });
    if (idempotencyKey !== null) {
      const key = { ...idempotencyKey, caller: caller.name, fingerprint, operationId };
      const earlier = await takeIdempotencyKey(tx, key);
      if (earlier !== null) return { operationId: earlier };
    }
    await lockSolution(tx, id);
    const solution = await loadSolution(tx, id);
    allow(caller, 'requester', solution);
    if (!solution.operation_done) {
      const running = solution.last_operation_id;
      const keyed = idempotencyKey !== null || asked.inInbox === true;
      const isSame = !keyed && (await findFingerprint(tx, running)) === fingerprint;
      if (isSame) return { operationId: running };
      throw inProgress(solution);
    }
    const known = { expectedVersion: request.expectedVersion, ifMatch: asked.ifMatch };
    const { desired, held } = await laterDesired(tx, solution, known, later);
    whichTarget(this.targets, solution.target);
    const planId = request.planId ?? null;
    const planDigest = await agreedDigest(tx, planId, { kind, solutionId: id, desired });
    if (kind === 'change') {
      await takeClaims(
        tx,
        id,
        desired,
        claimedBy(desired).filter((resource) => !held.includes(resource)),
      );
    }
    const acceptedAt = await beginOperation(tx, id, state, operationId);
    const { target, tenant, key } = solution;
    const position = acceptedPosition({
      id: operationId,
      kind,
      solutionId: id,
      target,
      tenant,
      key,
      stepNames: this.sagas.saga(kind).steps.map((step) => step.name),
      input: {
        desired,
        requestedBy: caller.name,
        externalReference: request.externalReference ?? [],
        correlationId: asked.correlationId,
        causationId: asked.causationId,
      },
      schedule: scheduleOf(request),
      planId,
      planDigest,
      acceptedAtMs: acceptedAt.getTime(),
    });
    await insertOperations(tx, [{ position, fingerprint }]);
    await insertEvents(tx, [acceptedEvent(position)], acceptedAt);
    return { operationId, position };
  }
}

async function solutionId(tx: Queryable, solution: string | Identity): Promise<string> {
  if (typeof solution === 'string') return (await loadSolution(tx, solution)).id;
  const id = await findSolutionOf(tx, solution);
  if (id !== null) return id;
  throw new AppError('not-found', `There is no solution "${solution.key}" in tenant "${solution.tenant}".`);
}
