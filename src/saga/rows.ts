import { messageOf } from '../errors.js';
import type { Json } from './json.js';
import type {
  Aim,
  Approval,
  Direction,
  LeftBehind,
  OperationError,
  OperationState,
  Position,
  Schedule,
  VerbRequest,
  WaitingFor,
} from './position.js';
import { idle } from './position.js';
import type { Change } from './progress.js';
import { progressOf } from './progress.js';

export interface OperationRow {
  id: string;
  kind: string;
  solution_id: string;
  target: string;
  tenant: string;
  key: string;
  state: OperationState;
  direction: Direction;
  aim: Aim;
  step_names: string[];
  version: string;
  owner: string | null;
  schedule: Schedule | null;
  locks_held: boolean;
  service_down: boolean;
  requested_verb: VerbRequest | null;
  waiting_for: WaitingFor | null;
  error: OperationError | null;
  left_behind: LeftBehind[];
  approval: Approval | null;
  plan_id: string | null;
  calls_until: number | null;
  created_at: number;
  updated_at: number;
  started_at: number | null;
  ended_at: number | null;
  desired: Json;
  plan_digest: string | null;
  requested_by: string;
  external_reference: Json;
  correlation_id: string | null;
  causation_id: string | null;
}

export interface ChangeRow {
  operation_id: string;
  change: Change;
}

/** Steps that no change speaks of are pending. Never throws: an operation that cannot be read must not hide the others. */
export function positionOf(row: OperationRow, changes: readonly Change[]): Position {
  const { steps, actions, interruptions, unreadable } = readProgress(row.step_names, changes);
  return {
    id: row.id,
    kind: row.kind,
    solutionId: row.solution_id,
    target: row.target,
    tenant: row.tenant,
    key: row.key,
    state: row.state,
    direction: row.direction,
    aim: row.aim,
    version: Number(row.version),
    steps,
    actions,
    schedule: row.schedule,
    locksHeld: row.locks_held,
    serviceDown: row.service_down,
    interruptions,
    input: {
      desired: row.desired,
      requestedBy: row.requested_by,
      externalReference: row.external_reference,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
    },
    planId: row.plan_id,
    planDigest: row.plan_digest,
    approval: row.approval,
    waitingFor: row.waiting_for,
    error: row.error,
    requestedVerb: row.requested_verb,
    leftBehind: row.left_behind,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    startedAtMs: row.started_at,
    endedAtMs: row.ended_at,
    ...(unreadable === undefined ? {} : { unreadable }),
    live: idle,
  };
}

function readProgress(
  stepNames: readonly string[],
  changes: readonly Change[],
): Pick<Position, 'steps' | 'actions' | 'interruptions' | 'unreadable'> {
  try {
    return progressOf(stepNames, changes);
  } catch (error) {
    return { ...progressOf(stepNames, []), unreadable: messageOf(error) };
  }
}
