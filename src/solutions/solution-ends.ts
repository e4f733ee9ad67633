import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/database.js';
import type { OperationState, Position } from '../saga/position.js';
import type { EndedOperation } from '../saga/saga.js';
import { OperationEnds } from '../saga/saga.js';
import { claimedBy } from './claims-in-database.js';
import { endSolutions, type EndedSolution } from './commands/sql/end-solutions.sql.js';
import type { Desired } from './desired.js';
import { observedBy } from './observe-solution.js';
import type { ChangeDesired } from './standing.js';
import { desiredAlone } from './standing.js';
import { isLeftOpen } from './verification/verdict.js';

type End = Pick<EndedSolution, 'state' | 'live' | 'isolation' | 'desired' | 'claims'>;

const kept = { isolation: null, desired: null, claims: null } as const;

/** How an onboarding leaves its solution. What was abandoned may still stand on the target, so it keeps its claims. */
const endsOfOnboarding: Partial<Record<OperationState, End>> = {
  completed: { ...kept, state: 'active', live: true, isolation: 'verified' },
  failed: { ...kept, state: 'failed', live: false },
  cancelled: { ...kept, state: 'failed', live: false },
  abandoned: { ...kept, state: 'failed', live: true },
};

/** Undone, it holds what it held before; abandoned, it holds both, so that a later operation can take away what is left. */
function endsOfChange(desired: ChangeDesired): Partial<Record<OperationState, End>> {
  const { claims } = desired.standing;
  const wanted = desiredAlone(desired);
  const before: End = { ...kept, state: desired.standing.state, live: true, claims };
  return {
    completed: {
      state: 'active',
      live: true,
      isolation: 'verified',
      desired: wanted,
      claims: claimedBy(wanted),
    },
    failed: before,
    cancelled: before,
    abandoned: { ...kept, state: 'active', live: true, isolation: 'unverified' },
  };
}

function endsOfOffboarding({ standing: { state } }: ChangeDesired): Partial<Record<OperationState, End>> {
  const before: End = { ...kept, state, live: true };
  return {
    completed: { ...kept, state: 'offboarded', live: false, isolation: 'unverified' },
    failed: before,
    cancelled: before,
    abandoned: { ...kept, state: 'failed', live: true, isolation: 'unverified' },
  };
}

/** Ends of operations, written to their solutions in the transaction of the last transition. */
@Injectable()
export class SolutionEnds extends OperationEnds {
  override async apply(tx: Queryable, ended: readonly EndedOperation[]): Promise<void> {
    await endSolutions(tx, ended.map(endOf));
  }
}

function endOf({ position, state }: EndedOperation): EndedSolution {
  const end = endsOf(position)[state];
  if (end === undefined) throw new Error(`no end of ${position.kind} in state ${state}`);
  // What was undone is not there any more, and what is taken away was not made.
  const stands =
    position.kind !== 'offboarding' &&
    (state === 'completed' || (position.kind === 'onboarding' && state === 'abandoned'));
  return {
    id: position.solutionId,
    operationId: position.id,
    ...end,
    isolation:
      end.isolation === 'verified' && (leftOut(position, 'verify-service') || isUnseen(position))
        ? 'unverified'
        : end.isolation,
    observed: stands ? observedBy(position, position.endedAtMs ?? position.updatedAtMs) : null,
  };
}

/** Skipped by a person: nothing has shown that the servers, as they run now, read what they shall and no more. */
const leftOut = ({ steps }: Position, name: string): boolean =>
  steps.some((step) => step.name === name && step.state === 'skipped');

/** Where a person does that part of the work nobody has seen who reads what. */
const isUnseen = ({ steps }: Position): boolean =>
  steps.some((step) => step.name.startsWith('verify-') && isLeftOpen(step.findings));

function endsOf({ kind, input }: Position): Partial<Record<OperationState, End>> {
  const desired = input.desired as Desired;
  switch (kind) {
    case 'onboarding':
      return endsOfOnboarding;
    case 'change':
      return endsOfChange(desired as ChangeDesired);
    case 'offboarding':
      return endsOfOffboarding(desired as ChangeDesired);
    default:
      return {};
  }
}
