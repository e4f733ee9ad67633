import type { Database, Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { byOperation } from '../../saga/load.js';
import type { Position } from '../../saga/position.js';
import type { ChangeRow, OperationRow } from '../../saga/rows.js';
import { positionOf } from '../../saga/rows.js';
import { loadChanges, loadOperations } from '../../saga/sql/load.sql.js';
import { isUuid } from '../request-text.js';

/**
 * Operations as they are at one moment: two statements in one snapshot, or an operation could read `completed` beside
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
  const changes = byOperation((await tx.query<ChangeRow>(loadChanges, [ids])).rows);
  const found = new Map(operations.rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = found.get(id);
    return row === undefined ? [] : [positionOf(row, changes.get(id) ?? [])];
  });
}

/** @throws AppError `not-found`, also for what is no UUID at all */
export async function loadOperation(db: Database, id: string): Promise<Position> {
  const [position] = isUuid(id) ? await loadOperationsAt(db, [id.toLowerCase()]) : [];
  if (position === undefined) throw noOperation(id);
  return position;
}

export const noOperation = (id: string): AppError =>
  new AppError('not-found', `There is no operation ${JSON.stringify(id.slice(0, 64))}.`);
