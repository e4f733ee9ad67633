import type { Queryable } from '../database/database.js';
import type { Position } from './position.js';
import type { Change } from './progress.js';
import type { ChangeRow, OperationRow } from './rows.js';
import { positionOf } from './rows.js';
import { loadChanges } from './sql/load.sql.js';

export interface Loaded {
  readonly position: Position;
  /** A former owner's calls may be in the air until then; null when it let go by itself. */
  readonly callsUntilMs: number | null;
  /** How many changes it was put together from. */
  readonly changes: number;
}

/** With their steps and actions; those that never began have none yet, and are not asked for them. */
export async function loadPositions(
  database: Queryable,
  operations: readonly OperationRow[],
): Promise<Loaded[]> {
  const begun = operations.filter((row) => row.started_at !== null).map((row) => row.id);
  const { rows } = begun.length === 0 ? { rows: [] } : await database.query<ChangeRow>(loadChanges, [begun]);
  const changesOf = byOperation(rows);
  return operations.map((row) => {
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
