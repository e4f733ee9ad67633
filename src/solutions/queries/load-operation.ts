import type { Database, Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { Position } from '../../saga/position.js';
import type { ActionRow, OperationRow, StepRow } from '../../saga/rows.js';
import { positionOf } from '../../saga/rows.js';
import { loadActions, loadOperations, loadSteps } from '../../saga/sql/load.sql.js';
import { isUuid } from '../request-text.js';

/**
 * Operations as they are at one moment: three statements in one snapshot, or an operation could read `completed` beside
 * a step that still runs. The engine reads the same rows without, since nobody else writes what it owns.
 */
export async function loadOperationsAt(db: Database, ids: readonly string[]): Promise<Position[]> {
  return db.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return loadOperationsIn(tx, ids);
  });
}

/** The same in a transaction that holds them still, in the order of `ids`. One after the other: it is one session. */
export async function loadOperationsIn(tx: Queryable, ids: readonly string[]): Promise<Position[]> {
  const operations = await tx.query<OperationRow>(loadOperations, [ids]);
  const steps = await tx.query<StepRow>(loadSteps, [ids]);
  const actions = await tx.query<ActionRow>(loadActions, [ids]);
  const found = new Map(operations.rows.map((row) => [row.id, row]));
  const stepsOf = byOperation(steps.rows);
  const actionsOf = byOperation(actions.rows);
  return ids.flatMap((id) => {
    const row = found.get(id);
    return row === undefined ? [] : [positionOf(row, stepsOf.get(id) ?? [], actionsOf.get(id) ?? [])];
  });
}

function byOperation<R extends { readonly operation_id: string }>(
  rows: readonly R[],
): ReadonlyMap<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.operation_id);
    if (group === undefined) groups.set(row.operation_id, [row]);
    else group.push(row);
  }
  return groups;
}

/** @throws AppError `not-found`, also for what is no UUID at all */
export async function loadOperation(db: Database, id: string): Promise<Position> {
  const [position] = isUuid(id) ? await loadOperationsAt(db, [id.toLowerCase()]) : [];
  if (position === undefined) throw noOperation(id);
  return position;
}

export const noOperation = (id: string): AppError =>
  new AppError('not-found', `There is no operation ${JSON.stringify(id.slice(0, 64))}.`);
