import { beforeOf } from '../../saga/before-image.js';
import type { Json } from '../../saga/json.js';
import { outputsOf } from '../../saga/outputs.js';
import type { ActionRecord, Position } from '../../saga/position.js';
import { keyOf } from '../../saga/position.js';
import { resolve } from '../../saga/reference.js';
import { waitsForTask } from '../../saga/report.js';
import { iso } from '../../saga/view.js';
import { clicksOf } from './clicks-of.js';
import { formOf } from './reported-image.js';
import type { TaskRow } from './sql/find-tasks.sql.js';
import { actionsOf } from './task-report.js';
import { workOf } from './work.js';

/** Work handed to a person, as callers see it (contract 1). @param at the time it is looked at */
export function taskView(row: TaskRow, position: Position, at: Date) {
  const actions = actionsOf(position, row);
  const isOpen = row.closed_at === null;
  return {
    id: row.id,
    href: `/v1/tasks/${row.id}`,
    state: isOpen ? ('open' as const) : ('closed' as const),
    operation: row.operation_id,
    operationHref: `/v1/operations/${row.operation_id}`,
    solution: {
      id: position.solutionId,
      href: `/v1/solutions/${position.solutionId}`,
      target: position.target,
      tenant: position.tenant,
      key: position.key,
    },
    step: position.steps[row.position]?.name ?? '',
    direction: row.direction,
    assignee: row.assignee,
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    overdue: isOpen && row.due_at < at,
    notes: isOpen ? notesOf(row, position) : [],
    instructions: actions.map((action) => instruction(row, position, action)),
    recordBefore: actions.map((action) => recordBefore(row, position, action)),
    lastCheck: lastCheck(row, position, actions),
    report: isOpen ? reportForm(row, position, actions) : null,
    outcome: row.outcome,
    results: resultsOf(row, position, actions),
    evidence: row.evidence,
    reportedBy: row.reported_by,
    closedAt: row.closed_at?.toISOString() ?? null,
  };
}
export type TaskView = ReturnType<typeof taskView>;

const objectOf = (position: Position, action: ActionRecord): Json =>
  resolve(action.spec.object, outputsOf(position));

function instruction(row: TaskRow, position: Position, action: ActionRecord) {
  const { summary, configurationManager, genesysAdministrator } = clicksOf(
    workOf(position, action, row.direction),
  );
  const object = objectOf(position, action);
  return { kind: action.spec.kind, object, summary, configurationManager, genesysAdministrator };
}

/** What to write down before anything is changed: going forward it is what an undo goes back to. */
function recordBefore(row: TaskRow, position: Position, action: ActionRecord) {
  const { question, form } = formOf(action.spec.kind);
  const { expected } = workOf(position, action, row.direction);
  return {
    object: objectOf(position, action),
    question,
    form,
    ...(expected === undefined ? {} : { expected }),
    required: row.direction === 'forward' && beforeOf(action, outputsOf(position)) === null,
  };
}

function notesOf({ direction }: TaskRow, position: Position): readonly string[] {
  const waiting = waitsForTask(position) ? position.requestedVerb : null;
  const cancel = waiting?.verb === 'cancel' ? waiting : null;
  const window = position.schedule?.window ?? null;
  return [
    ...(cancel === null
      ? []
      : [`Cancelled by ${cancel.by}: begin nothing more, and report what has been done already.`]),
    ...(direction === 'undo' ? ['This takes back what was done before.'] : []),
    ...(window === null || direction === 'undo'
      ? []
      : [`Stop a server only between ${iso(window.notBeforeMs) ?? ''} and ${iso(window.notAfterMs) ?? ''}.`]),
    ...(position.serviceDown ? ['No server of the solution serves at this moment: this is urgent.'] : []),
    'Do it in the order given. Write down first what is there. Where something else is found than expected, change nothing there and report it as not done.',
  ];
}

function lastCheck(row: TaskRow, position: Position, actions: readonly ActionRecord[]) {
  const looks = actions.flatMap((action) => {
    const look = row.looks[String(action.number)];
    return look === undefined ? [] : [{ action, look }];
  });
  if (looks.length === 0) return null;
  return {
    at: iso(Math.max(...looks.map(({ look }) => look.atMs))),
    objects: looks.map(({ action, look }) => ({
      object: objectOf(position, action),
      found: look.found,
      detail: look.detail,
    })),
  };
}

/** The request that reports it as done, to be filled in and sent. */
function reportForm(row: TaskRow, position: Position, actions: readonly ActionRecord[]) {
  return {
    method: 'POST',
    href: `/v1/operations/${row.operation_id}/complete-task`,
    body: {
      task: row.id,
      outcome: 'done' as const,
      results: actions.map((action) => {
        const { type, name, dbid } = objectOf(position, action) as { readonly [key: string]: Json };
        const { expected } = workOf(position, action, row.direction);
        return {
          object: { type, name, dbid },
          ...(expected === undefined ? {} : { before: expected }),
          outcome: 'done' as const,
        };
      }),
      evidence: '…',
    },
  };
}

function resultsOf(row: TaskRow, position: Position, actions: readonly ActionRecord[]) {
  if (row.results === null) return null;
  return actions.flatMap((action) => {
    const result = row.results?.[keyOf(action)];
    return result === undefined ? [] : [{ object: objectOf(position, action), ...result }];
  });
}
