import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VerbRequest } from '../../src/saga/position.js';
import type { ReportedOutcome, TaskReport } from '../../src/saga/reported.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { accept, ask, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { MemoryTarget, testSaga } from './memory-target.js';

let test: TestDatabase;
let target: MemoryTarget;
const engines: Engine[] = [];

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
  target.byHand.add('two').add('three');
});
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

async function started(options: Parameters<typeof makeEngine>[3] = {}): Promise<Engine> {
  const engine = makeEngine(test.url, testSaga(), target, { soleProcess: true, ...options });
  engines.push(engine);
  await engine.runner.start();
  return engine;
}

interface TaskRow {
  id: string;
  direction: string;
  numbers: number[];
  assignee: string | null;
  looks: Record<string, { found: string }>;
  closed: boolean;
  outcome: string | null;
  results: TaskReport['results'] | null;
  evidence: string | null;
  reported_by: string | null;
}

const tasks = async ({ database }: Engine): Promise<TaskRow[]> =>
  (
    await database.query<TaskRow>(
      `SELECT id, direction, numbers, assignee, looks, closed_at IS NOT NULL AS closed, outcome, results, evidence, reported_by
       FROM task ORDER BY id`,
    )
  ).rows;

const report = (
  task: string | undefined,
  outcome: ReportedOutcome,
  numbers: Readonly<Record<number, 'done' | 'not-done'>>,
): Pick<VerbRequest, 'report'> => ({
  report: {
    task: task ?? '',
    outcome,
    results: Object.fromEntries(
      Object.entries(numbers).map(([number, result]) => [`2/${number}`, { outcome: result }]),
    ),
    evidence: 'CHG0042',
  },
});

/** The operation stands with its task; what the person then does at the target is up to the test. */
async function handedOver(engine: Engine): Promise<{ id: string; task: TaskRow }> {
  const id = await accept(engine.database, testSaga());
  expect(await untilStanding(engine.database, id)).toMatchObject({ state: 'waiting-for-task' });
  const [task] = await tasks(engine);
  expect(task).toBeDefined();
  return { id, task: task! };
}

async function look(engine: Engine): Promise<void> {
  engine.runner.look();
  await Promise.resolve();
}

const said = async ({ database }: Engine, id: string, event: string): Promise<unknown[]> =>
  (
    await database.query<{ data: unknown }>(
      `SELECT data FROM event WHERE operation_id = $1 AND type = $2 ORDER BY sequence`,
      [id, `solution-onboarding.operation.${event}.v1`],
    )
  ).rows.map(({ data }) => data);

const untilState = (engine: Engine, id: string, state: string) =>
  until(`the operation is ${state}`, async () => {
    const position = await positionOf(engine.database, id);
    return position.state === state ? position : null;
  });

describe('A task on a real database', () => {
  it('is a row of the same commit as the state that waits for it, and is closed with what the person said', async () => {
    const engine = await started({ terms: { dueMs: 60_000, remindMs: 60_000, assignee: 'platform team' } });
    const { id, task } = await handedOver(engine);
    expect(task).toMatchObject({
      direction: 'forward',
      numbers: [1, 2],
      assignee: 'platform team',
      closed: false,
      looks: { '1': { found: 'cannot-tell' }, '2': { found: 'cannot-tell' } },
    });
    await ask(engine.database, id, 'complete-task', report(task.id, 'done', { 1: 'done', 2: 'done' }));
    await look(engine);
    expect((await untilState(engine, id, 'completed')).error).toBeNull();
    expect(await tasks(engine)).toMatchObject([
      { id: task.id, closed: true, outcome: 'done', evidence: 'CHG0042', reported_by: 'tester' },
    ]);
    expect(target.log).toEqual(['apply one', 'apply four']);
  });

  it('outlives its process: the next one finds it as it was and goes on when it is reported', async () => {
    const first = await started();
    const { id, task } = await handedOver(first);
    await first.runner.stop();
    const second = await started();
    expect(await positionOf(second.database, id)).toMatchObject({
      state: 'waiting-for-task',
      waitingFor: { task: task.id },
    });
    await ask(second.database, id, 'complete-task', report(task.id, 'done', { 1: 'done', 2: 'done' }));
    await look(second);
    await untilState(second, id, 'completed');
  });

  it('reported in part is followed by another for the rest; what is seen later goes to the one that was reported', async () => {
    const engine = await started();
    const { id, task } = await handedOver(engine);
    await ask(engine.database, id, 'complete-task', report(task.id, 'partly', { 1: 'done', 2: 'not-done' }));
    // From here on the first of the two can be seen.
    target.byHand.delete('two');
    target.values.set(`${(await positionOf(engine.database, id)).solutionId}/two`, 'two made');
    await look(engine);
    const [, rest] = await until('a second task', async () => {
      const all = await tasks(engine);
      return all.length === 2 ? all : null;
    });
    expect(rest).toMatchObject({ numbers: [2], closed: false });
    const [checked] = await tasks(engine);
    expect(checked).toMatchObject({
      outcome: 'partly',
      looks: { '1': { found: 'after' }, '2': { found: 'cannot-tell' } },
    });
    expect(await untilStanding(engine.database, id)).toMatchObject({ waitingFor: { task: rest?.id } });
  });

  it('reminds when it is overdue, by the clock of the database, although nobody asks', async () => {
    const engine = await started({ terms: { dueMs: 50, remindMs: 50, assignee: null } });
    const { id } = await handedOver(engine);
    await until('three events about the task', async () => {
      const { rows } = await engine.database.query(
        `SELECT 1 FROM event WHERE operation_id = $1 AND type LIKE '%.operation.waiting-for-task.v1'`,
        [id],
      );
      return rows.length >= 3;
    });
    expect(await positionOf(engine.database, id)).toMatchObject({ state: 'waiting-for-task' });
    expect(await tasks(engine)).toHaveLength(1);
  });

  it('is withdrawn when the progress of its operation cannot be read, and handed out anew once that is mended', async () => {
    const engine = await started();
    const { id, task } = await handedOver(engine);
    const { rows } = await engine.database.query<{ version: string; change: unknown }>(
      `WITH kept AS (SELECT version, change FROM operation_progress WHERE operation_id = $1),
       broken AS (UPDATE operation_progress SET change = '{"actions": "none"}' WHERE operation_id = $1)
       SELECT version, change FROM kept`,
      [id],
    );
    await ask(engine.database, id, 'complete-task', report(task.id, 'done', { 1: 'done', 2: 'done' }));
    await look(engine);
    expect(await untilState(engine, id, 'needs-attention')).toMatchObject({
      waitingFor: { code: 'progress-unreadable' },
    });
    expect(await tasks(engine)).toMatchObject([
      { id: task.id, closed: true, outcome: 'withdrawn', results: {} },
    ]);
    expect(await said(engine, id, 'verb-dropped')).toMatchObject([{ verb: 'complete-task', task: task.id }]);
    for (const { version, change } of rows)
      await engine.database.query(
        'UPDATE operation_progress SET change = $3 WHERE operation_id = $1 AND version = $2',
        [id, version, JSON.stringify(change)],
      );
    await ask(engine.database, id, 'retry');
    await look(engine);
    await untilState(engine, id, 'waiting-for-task');
    const [, again] = await tasks(engine);
    expect(again).toMatchObject({ numbers: [1, 2], closed: false });
    await ask(engine.database, id, 'complete-task', report(again?.id, 'done', { 1: 'done', 2: 'done' }));
    await look(engine);
    await untilState(engine, id, 'completed');
    expect(target.log).toEqual(['apply one', 'apply four']);
  });

  it('keeps a cancel waiting until its outcome is known, and the undo is a task, too', async () => {
    const engine = await started();
    const { id, task } = await handedOver(engine);
    await ask(engine.database, id, 'cancel');
    await look(engine);
    const asking = await until('the outcome is asked for', async () => {
      const position = await positionOf(engine.database, id);
      return position.waitingFor?.detail.includes('begin nothing more') === true ? position : null;
    });
    expect(asking).toMatchObject({ state: 'waiting-for-task', requestedVerb: { verb: 'cancel' } });
    const then = asking.requestedVerb!;
    const said = report(task.id, 'partly', { 1: 'done', 2: 'not-done' });
    await ask(engine.database, id, 'complete-task', { ...said, then });
    await look(engine);
    const undo = await until('a task for the undo', async () =>
      (await tasks(engine)).find(({ direction }) => direction === 'undo'),
    );
    expect(undo).toMatchObject({ numbers: [1], closed: false });
    await untilStanding(engine.database, id);
    await ask(engine.database, id, 'complete-task', report(undo.id, 'done', { 1: 'done' }));
    await look(engine);
    await untilState(engine, id, 'cancelled');
    expect(target.log).toEqual(['apply one', 'revert one']);
  });
});
