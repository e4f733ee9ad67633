import type { Queryable } from '../database/database.js';
import type { Position } from './position.js';
import type { Change } from './progress.js';
import type { ChangeRow, OperationRow } from './rows.js';
import { positionOf } from './rows.js';
import { loadChanges, loadOperations } from './sql/load.sql.js';

export interface Loaded {
  readonly position: Position;
  /** A former owner's calls may be in the air until then; null when it let go by itself. */
  readonly callsUntilMs: number | null;
  /** How many changes it was put together from. */
  readonly changes: number;
}

/** Operations with their steps and actions; those that never began have no changes yet, and are not asked for them. */
export async function loadPositions(
  database: Queryable,
  wanted: readonly { readonly id: string; readonly begun: boolean }[],
): Promise<Loaded[]> {
  const begun = wanted.filter((operation) => operation.begun).map((operation) => operation.id);
  const [operations, changes] = await Promise.all([
    database.query<OperationRow>(loadOperations, [wanted.map((operation) => operation.id)]),
    begun.length === 0 ? { rows: [] } : database.query<ChangeRow>(loadChanges, [begun]),
  ]);
  const changesOf = byOperation(changes.rows);
  return operations.rows.map((row) => {
    const own = changesOf.get(row.id) ?? [];
    const position = positionOf(row, own);
    // Counted as none, so that no snapshot takes the place of rows that nobody has understood.
    const changes = position.unreadable === undefined ? own.length : 0;
    return { position, callsUntilMs: row.calls_until, changes };
  });
}

export function byOperation(rows: readonly ChangeRow[]): ReadonlyMap<string, Change[]> {
  const changes = new Map<string, Change[]>();
  for (const { operation_id: id, change } of rows) {
    const own = changes.get(id);
    if (own === undefined) changes.set(id, [change]);
    else own.push(change);
  }
  return changes;
}
