import { faultsOf } from '../../config/faults.js';
import type { Fault } from '../../errors.js';
import { AppError } from '../../errors.js';
import { invalid } from '../../http/validate.js';
import { beforeOf } from '../../saga/before-image.js';
import type { Json } from '../../saga/json.js';
import { outputsOf } from '../../saga/outputs.js';
import type { ActionRecord, Position } from '../../saga/position.js';
import { keyOf } from '../../saga/position.js';
import { resolve } from '../../saga/reference.js';
import type { ReportedResult, TaskReport } from '../../saga/reported.js';
import type { TaskResultBody, VerbRequestBody } from '../verb-request.js';
import { formOf } from './reported-image.js';
import type { TaskRow } from './sql/find-tasks.sql.js';

/** The actions a task covers, in the order in which a person does them. */
export function actionsOf(
  position: Position,
  task: Pick<TaskRow, 'position' | 'numbers' | 'direction'>,
): readonly ActionRecord[] {
  const covered = position.actions.filter(
    (action) => action.position === task.position && task.numbers.includes(action.number),
  );
  return task.direction === 'undo' ? covered.reverse() : covered;
}

/**
 * What a person says about a task, held against the task: every object once, no other, and what it held before where
 * nobody else knows it.
 * @throws AppError `task-not-open`, `invalid-request`
 */
export function taskReport(position: Position, task: TaskRow | null, request: VerbRequestBody): TaskReport {
  if (task === null || task.closed_at !== null || task.id !== request.task?.toLowerCase())
    throw notOpen(position, request);
  const { outcome, evidence = null } = request;
  const { said, faults } = judgedReport(position, task, request);
  if (faults.length > 0 || outcome === undefined) throw invalid([...faults]);
  return { task: task.id, outcome, results: Object.fromEntries(said), evidence };
}

/** What is said of each action, and all that is wrong with it; of which task it claims to be is not looked at. */
export function judgedReport(
  position: Position,
  task: TaskRow,
  { outcome, results = [] }: VerbRequestBody,
): { readonly said: ReadonlyMap<string, ReportedResult>; readonly faults: readonly Fault[] } {
  const actions = actionsOf(position, task);
  const said = new Map<string, ReportedResult>();
  const faults: Fault[] = outcome === undefined ? [{ pointer: '/outcome', detail: 'is required' }] : [];
  results.forEach((result, index) => {
    const action = actions.find((candidate) => isAbout(result, candidate, position));
    const pointer = `/results/${index}`;
    if (action === undefined) faults.push({ pointer: `${pointer}/object`, detail: noSuchObject(actions) });
    else if (said.has(keyOf(action)))
      faults.push({ pointer: `${pointer}/object`, detail: 'is reported twice' });
    else {
      said.set(keyOf(action), { outcome: result.outcome });
      const before = reportedBefore(result, action, `${pointer}/before`, faults);
      if (before !== undefined) said.set(keyOf(action), { outcome: result.outcome, before });
    }
  });
  faults.push(...completed(said, actions, outcome, results.length > 0));
  faults.push(...missingBefores(position, task, actions, said, results));
  return { said, faults };
}

function isAbout({ object }: TaskResultBody, action: ActionRecord, position: Position): boolean {
  const own = resolve(action.spec.object, outputsOf(position)) as { readonly [key: string]: Json };
  if (object.type !== own['type']) return false;
  if (typeof object.dbid === 'number') return object.dbid === own['dbid'];
  return object.name !== undefined && object.name === own['name'];
}

const noSuchObject = (actions: readonly ActionRecord[]): string => {
  const names = actions.map(({ spec }) => JSON.stringify(spec.object.name));
  const shown =
    names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  return `is no object of this task, which covers ${shown}: give its type with its dbid or name`;
};

function reportedBefore(
  { before, object }: TaskResultBody,
  { spec }: ActionRecord,
  pointer: string,
  faults: Fault[],
): Json | undefined {
  if (before === undefined) return undefined;
  const { schema, form } = formOf(spec.kind);
  const parsed = schema.safeParse(named(before, spec.object['for'], spec.after) ?? before);
  if (parsed.success) return parsed.data;
  const detail = faultsOf(parsed.error.issues, { schema })[0]?.detail ?? 'is not as asked for';
  faults.push({ pointer, detail: `of "${object.name ?? spec.object.name}": ${detail}; expected ${form}` });
  return undefined;
}

/** An account may be given by the name that the task itself uses for it. */
function named(before: unknown, account: Json | undefined, after: Json): Json | undefined {
  const name = (account as { readonly name?: Json } | undefined)?.name;
  return typeof before === 'string' && before === name && before !== 'SYSTEM' ? after : undefined;
}

/** The whole and its parts have to say the same; what was left out is filled in where there is no doubt. */
function completed(
  said: Map<string, ReportedResult>,
  actions: readonly ActionRecord[],
  outcome: TaskReport['outcome'] | undefined,
  isDetailed: boolean,
): Fault[] {
  if (!isDetailed && outcome === undefined) return [];
  if (!isDetailed && outcome !== undefined && outcome !== 'partly') {
    for (const action of actions) said.set(keyOf(action), { outcome });
    return [];
  }
  const left = actions.filter((action) => !said.has(keyOf(action)));
  if (left.length > 0) {
    const names = left.slice(0, 5).map(({ spec }) => JSON.stringify(spec.object.name));
    return [
      {
        pointer: '/results',
        detail: `says nothing about ${names.join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`,
      },
    ];
  }
  const outcomes = new Set([...said.values()].map((result) => result.outcome));
  const whole = outcomes.size > 1 ? 'partly' : outcomes.has('done') ? 'done' : 'not-done';
  return outcome === undefined || whole === outcome
    ? []
    : [{ pointer: '/outcome', detail: `does not fit its results, which say "${whole}"` }];
}

/** What nobody could see before has to come with the report: without it nothing could be taken back. */
function missingBefores(
  position: Position,
  { direction }: TaskRow,
  actions: readonly ActionRecord[],
  said: ReadonlyMap<string, ReportedResult>,
  results: readonly TaskResultBody[],
): Fault[] {
  if (direction === 'undo') return [];
  const outputs = outputsOf(position);
  return actions.flatMap((action): Fault[] => {
    const result = said.get(keyOf(action));
    const isKnown = beforeOf(action, outputs) !== null || result?.before !== undefined;
    if (isKnown || result?.outcome !== 'done') return [];
    const index = results.findIndex((one) => isAbout(one, action, position));
    if (index >= 0 && results[index]?.before !== undefined) return []; // its form has been found fault with
    const detail = `is required for "${action.spec.object.name}", since only you have seen it: ${formOf(action.spec.kind).form}`;
    return [{ pointer: index < 0 ? '/results' : `/results/${index}/before`, detail }];
  });
}

function notOpen(position: Position, { task }: VerbRequestBody): AppError {
  const open = position.waitingFor?.task ?? null;
  const detail =
    open === null
      ? 'The operation has no open task.'
      : `The open task of the operation is ${open}, not ${JSON.stringify(task ?? null)}.`;
  return new AppError('task-not-open', detail, {
    members: { state: position.state, task: open, href: `/v1/operations/${position.id}` },
  });
}
