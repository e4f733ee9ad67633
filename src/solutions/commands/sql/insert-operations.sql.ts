import { prepared } from '../../../database/prepared.js';
import type { Queryable } from '../../../database/database.js';
import type { Position } from '../../../saga/position.js';

export interface NewOperation {
  readonly position: Position;
  readonly fingerprint: string;
}

/**
 * Operations, due now by the clock that the workers compare with. What never changes again lies in `operation_input`,
 * off the row that every transition rewrites.
 */
const INSERT_OPERATIONS = prepared(
  'insert-operations',
  `
  WITH accepted AS (
    SELECT * FROM json_to_recordset($1) AS x (
      id uuid, kind text, solution_id uuid, target text, tenant text, key text, step_names text[], schedule jsonb, plan_id uuid,
      created_at float8, desired jsonb, fingerprint text, plan_digest text, requested_by text, external_reference jsonb,
      correlation_id text, causation_id text, approval jsonb
    )
  ), inputs AS (
    INSERT INTO operation_input (operation_id, desired, fingerprint, plan_digest, requested_by, external_reference,
      correlation_id, causation_id)
    SELECT id, desired, fingerprint, plan_digest, requested_by, external_reference, correlation_id, causation_id
    FROM accepted
  )
  INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, schedule, due_at, plan_id,
    approval, created_at, updated_at)
  SELECT id, kind, solution_id, target, tenant, key, 'queued', step_names, schedule, clock_timestamp(), plan_id,
    approval, to_timestamp(created_at / 1000), to_timestamp(created_at / 1000)
  FROM accepted`,
);

export async function insertOperations(tx: Queryable, operations: readonly NewOperation[]): Promise<void> {
  const rows = operations.map(({ position, fingerprint }) => ({
    id: position.id,
    kind: position.kind,
    solution_id: position.solutionId,
    target: position.target,
    tenant: position.tenant,
    key: position.key,
    step_names: position.steps.map((step) => step.name),
    schedule: position.schedule,
    plan_id: position.planId,
    created_at: position.createdAtMs,
    desired: position.input.desired,
    fingerprint,
    plan_digest: position.planDigest,
    requested_by: position.input.requestedBy,
    external_reference: position.input.externalReference,
    correlation_id: position.input.correlationId,
    causation_id: position.input.causationId,
    approval: position.approval,
  }));
  await tx.query(INSERT_OPERATIONS, [JSON.stringify(rows)]);
}
