import type { Finding, PlannedAction } from './action.js';
import type { ActionState } from './action.js';
import type { Json } from './json.js';
import type {
  ActionRecord,
  Aim,
  Direction,
  Failure,
  LeftBehind,
  OperationError,
  OperationState,
  Position,
  Schedule,
  StepRecord,
  StepState,
  VerbRequest,
  WaitingFor,
} from './position.js';
import { idle, newStep } from './position.js';
import type { Refs } from './step.js';

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

export interface StepRow {
  operation_id: string;
  position: number;
  name: string;
  state: StepState;
  planned: boolean;
  failures: number;
  waits: number;
  findings: Finding[] | null;
  refs: Refs | null;
  locks: string[] | null;
  first_failed_at: number | null;
  due_at: number | null;
  started_at: number | null;
  ended_at: number | null;
}

export interface ActionRow {
  operation_id: string;
  position: number;
  number: number;
  spec: PlannedAction;
  state: ActionState;
  ours: boolean;
  attempts: number;
  failures: number;
  waits: number;
  uncertain: ActionRecord['uncertain'];
  output: Json;
  first_error: Failure | null;
  last_error: Failure | null;
  first_failed_at: number | null;
  quiet_until: number | null;
  underway_until: number | null;
  held_since: number | null;
  due_at: number | null;
  started_at: number | null;
  ended_at: number | null;
}

/** Steps without a row are pending: rows are written when something happens to them. */
export function positionOf(
  row: OperationRow,
  steps: readonly StepRow[],
  actions: readonly ActionRow[],
): Position {
  const records = row.step_names.map((name, position) => newStep(position, name));
  for (const step of steps) records[step.position] = stepOf(step);
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
    steps: records,
    actions: actions.map(actionOf),
    schedule: row.schedule,
    locksHeld: row.locks_held,
    serviceDown: row.service_down,
    input: {
      desired: row.desired,
      requestedBy: row.requested_by,
      externalReference: row.external_reference,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
    },
    planId: row.plan_id,
    planDigest: row.plan_digest,
    waitingFor: row.waiting_for,
    error: row.error,
    requestedVerb: row.requested_verb,
    leftBehind: row.left_behind,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    startedAtMs: row.started_at,
    endedAtMs: row.ended_at,
    live: idle,
  };
}

const stepOf = (row: StepRow): StepRecord => ({
  position: row.position,
  name: row.name,
  state: row.state,
  planned: row.planned,
  failures: row.failures,
  waits: row.waits,
  firstFailedAtMs: row.first_failed_at,
  dueAtMs: row.due_at,
  startedAtMs: row.started_at,
  endedAtMs: row.ended_at,
  findings: row.findings ?? [],
  refs: row.refs ?? {},
  locks: row.locks ?? [],
});

const actionOf = (row: ActionRow): ActionRecord => ({
  position: row.position,
  number: row.number,
  spec: row.spec,
  state: row.state,
  ours: row.ours,
  attempts: row.attempts,
  failures: row.failures,
  waits: row.waits,
  firstFailedAtMs: row.first_failed_at,
  dueAtMs: row.due_at,
  uncertain: row.uncertain,
  quietUntilMs: row.quiet_until,
  underwayUntilMs: row.underway_until,
  heldSinceMs: row.held_since,
  startedAtMs: row.started_at,
  endedAtMs: row.ended_at,
  output: row.output === null ? undefined : row.output,
  firstError: row.first_error,
  lastError: row.last_error,
});

/** A member that is left out of its JSON is NULL in the row, and most are: half of the bytes of a transition. */
export const some = <T>(value: T | null): T | undefined => value ?? undefined;

export const stepJson = (operationId: string, step: StepRecord) => ({
  operation_id: operationId,
  position: step.position,
  name: step.name,
  state: step.state,
  planned: step.planned,
  failures: step.failures,
  waits: step.waits,
  first_failed_at: some(step.firstFailedAtMs),
  due_at: some(step.dueAtMs),
  started_at: some(step.startedAtMs),
  ended_at: some(step.endedAtMs),
  findings: step.findings.length === 0 ? undefined : step.findings,
  refs: Object.keys(step.refs).length === 0 ? undefined : step.refs,
  locks: step.locks.length === 0 ? undefined : step.locks,
});

export const newActionJson = (operationId: string, action: ActionRecord) => ({
  operation_id: operationId,
  position: action.position,
  number: action.number,
  spec: action.spec,
  state: action.state,
  ours: action.ours,
  attempts: action.attempts,
  started_at: some(action.startedAtMs),
});

export const actionJson = (operationId: string, action: ActionRecord) => ({
  operation_id: operationId,
  position: action.position,
  number: action.number,
  state: action.state,
  ours: action.ours,
  attempts: action.attempts,
  failures: action.failures,
  waits: action.waits,
  first_failed_at: some(action.firstFailedAtMs),
  uncertain: some(action.uncertain),
  quiet_until: some(action.quietUntilMs),
  underway_until: some(action.underwayUntilMs),
  held_since: some(action.heldSinceMs),
  due_at: some(action.dueAtMs),
  started_at: some(action.startedAtMs),
  ended_at: some(action.endedAtMs),
  output: some(action.output),
  first_error: some(action.firstError),
  last_error: some(action.lastError),
});
