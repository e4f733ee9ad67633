import type { Queryable } from '../database/database.js';
import type { Position } from './position.js';
import type { ActionRow, OperationRow, StepRow } from './rows.js';
import { positionOf } from './rows.js';
import { loadActions, loadOperations, loadSteps } from './sql/load.sql.js';

export interface Loaded {
  readonly position: Position;
  /** A former owner's calls may be in the air until then; null when it let go by itself. */
  readonly callsUntilMs: number | null;
}

/** Operations with their steps and actions; those that never began have none yet, and are not asked for them. */
export async function loadPositions(
  database: Queryable,
  wanted: readonly { readonly id: string; readonly begun: boolean }[],
): Promise<Loaded[]> {
  const begun = wanted.filter((operation) => operation.begun).map((operation) => operation.id);
  const [operations, steps, actions] = await Promise.all([
    database.query<OperationRow>(loadOperations, [wanted.map((operation) => operation.id)]),
    begun.length === 0 ? { rows: [] } : database.query<StepRow>(loadSteps, [begun]),
    begun.length === 0 ? { rows: [] } : database.query<ActionRow>(loadActions, [begun]),
  ]);
  const stepsOf = groupByOperation(steps.rows);
  const actionsOf = groupByOperation(actions.rows);
  return operations.rows.map((row) => ({
    position: positionOf(row, stepsOf.get(row.id) ?? [], actionsOf.get(row.id) ?? []),
    callsUntilMs: row.calls_until,
  }));
}

function groupByOperation<R extends { operation_id: string }>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.operation_id);
    if (group === undefined) groups.set(row.operation_id, [row]);
    else group.push(row);
  }
  return groups;
}
