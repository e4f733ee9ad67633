import type { Queryable } from '../database/database.js';
import { checkTasks, closeTasks, openTasks } from './sql/task.sql.js';
import type { CheckedAction, ClosedTask, OpenedTask, TaskChange } from './task.js';

export interface ChangedTasks {
  readonly operationId: string;
  readonly changes: readonly TaskChange[];
}

/** What becomes of tasks, in the transaction of the transitions that say so. Rare: only targets with work by hand have any. */
export async function writeTasks(tx: Queryable, changed: readonly ChangedTasks[]): Promise<void> {
  const all = changed.flatMap(({ operationId, changes }) =>
    changes.map((change) => ({ operationId, change })),
  );
  const of = <C extends TaskChange['change']>(kind: C) =>
    all.filter(
      (one): one is { operationId: string; change: Extract<TaskChange, { change: C }> } =>
        one.change.change === kind,
    );
  const write = async (statement: string, rows: readonly unknown[]): Promise<void> => {
    if (rows.length > 0) await tx.query(statement, [JSON.stringify(rows)]);
  };
  // One that is closed and one that takes its place may come together: the check of a report belongs to the older one.
  await write(
    closeTasks,
    of('close').map(({ change }) => closedJson(change)),
  );
  await write(
    checkTasks,
    of('check').map(({ operationId, change }) => checkedJson(operationId, change)),
  );
  await write(
    openTasks,
    of('open').map(({ operationId, change }) => openedJson(operationId, change)),
  );
}

const openedJson = (operationId: string, task: OpenedTask) => ({
  id: task.id,
  operation_id: operationId,
  position: task.position,
  direction: task.direction,
  stage: task.stage,
  numbers: task.numbers,
  assignee: task.assignee,
  opened_at: task.openedAtMs,
  due_at: task.dueAtMs,
  looks: task.looks,
});

const closedJson = (task: ClosedTask) => ({
  id: task.id,
  closed_at: task.atMs,
  outcome: task.outcome,
  results: task.results,
  evidence: task.evidence,
  reported_by: task.by,
});

const checkedJson = (operationId: string, { position, direction, number, look, atMs }: CheckedAction) => ({
  operation_id: operationId,
  position,
  direction,
  number,
  look: { ...look, atMs },
});
