import { prepared } from '../../database/prepared.js';

const ms = (column: string): string =>
  `extract(epoch FROM ${column})::float8 * 1000 AS ${column.replace(/^\w+\./, '')}`;

/** An `OperationRow` of an operation `o` and its input `i`. */
export const operationColumns = `
  o.id, o.kind, o.solution_id, o.target, o.tenant, o.key, o.state, o.direction, o.aim, o.step_names, o.version,
  o.schedule, o.locks_held, o.service_down, o.requested_verb, o.waiting_for, o.error, o.left_behind, o.approval, o.plan_id, o.owner,
  ${['calls_until', 'created_at', 'updated_at', 'started_at', 'ended_at'].map((column) => ms(`o.${column}`)).join(', ')},
  i.desired, i.plan_digest, i.requested_by, i.external_reference, i.correlation_id, i.causation_id`;

/** $1 ids. */
export const loadOperations = prepared(
  'load-operations',
  `
SELECT ${operationColumns}
FROM operation o JOIN operation_input i ON i.operation_id = o.id
WHERE o.id = ANY ($1)`,
);

/** `taken`, rows of `operation` that a statement gave back, with their input; by key whatever the sizes are believed to be. */
export const takenOperations = `
SELECT ${operationColumns}
FROM taken o CROSS JOIN LATERAL (SELECT * FROM operation_input WHERE operation_id = o.id OFFSET 0) i`;

/** $1 ids. In the order in which they were written. */
export const loadChanges = prepared(
  'load-changes',
  `
SELECT operation_id, change FROM operation_progress WHERE operation_id = ANY ($1) ORDER BY operation_id, version`,
);
