import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/database.js';
import type { OperationState } from '../saga/position.js';
import type { EndedOperation } from '../saga/saga.js';
import { OperationEnds } from '../saga/saga.js';
import { endSolutions, type EndedSolution } from './commands/sql/end-solutions.sql.js';
import { observedBy } from './observe-solution.js';

type End = Pick<EndedSolution, 'state' | 'live' | 'verified'>;

/** How an onboarding leaves its solution. What was abandoned may still stand on the target, so it keeps its claims. */
const endsOfOnboarding: Partial<Record<OperationState, End>> = {
  completed: { state: 'active', live: true, verified: true },
  failed: { state: 'failed', live: false, verified: false },
  cancelled: { state: 'failed', live: false, verified: false },
  abandoned: { state: 'failed', live: true, verified: false },
};

/** Ends of operations, written to their solutions in the transaction of the last transition. */
@Injectable()
export class SolutionEnds extends OperationEnds {
  override async apply(tx: Queryable, ended: readonly EndedOperation[]): Promise<void> {
    await endSolutions(tx, ended.map(endOf));
  }
}

function endOf({ position, state }: EndedOperation): EndedSolution {
  const end = position.kind === 'onboarding' ? endsOfOnboarding[state] : undefined;
  if (end === undefined) throw new Error(`no end of ${position.kind} in state ${state}`);
  // What was undone is not there any more.
  const stands = state === 'completed' || state === 'abandoned';
  return {
    id: position.solutionId,
    operationId: position.id,
    ...end,
    observed: stands ? observedBy(position, position.endedAtMs ?? position.updatedAtMs) : null,
  };
}
