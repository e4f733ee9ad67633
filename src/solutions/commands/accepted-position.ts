import { approvalToCome } from '../../saga/approval.js';
import type { OperationInput, Position, Schedule } from '../../saga/position.js';
import { idle, newStep } from '../../saga/position.js';

export interface AcceptedOperation {
  readonly id: string;
  readonly kind: string;
  readonly solutionId: string;
  readonly target: string;
  readonly tenant: string;
  readonly key: string;
  readonly stepNames: readonly string[];
  readonly input: OperationInput;
  readonly schedule: Schedule | null;
  readonly planId: string | null;
  readonly planDigest: string | null;
  readonly requireApproval?: boolean;
  readonly acceptedAtMs: number;
}

/** Where an operation stands that has just been accepted. */
export function acceptedPosition(operation: AcceptedOperation): Position {
  const { stepNames, acceptedAtMs, requireApproval, ...given } = operation;
  return {
    ...given,
    state: 'queued',
    direction: 'forward',
    aim: 'complete',
    version: 1,
    steps: stepNames.map((name, position) => newStep(position, name)),
    actions: [],
    approval: requireApproval === true ? approvalToCome : null,
    locksHeld: false,
    serviceDown: false,
    interruptions: [],
    waitingFor: null,
    error: null,
    requestedVerb: null,
    leftBehind: [],
    createdAtMs: acceptedAtMs,
    updatedAtMs: acceptedAtMs,
    startedAtMs: null,
    endedAtMs: null,
    live: idle,
  };
}
