import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { ServiceProcess } from '../crash/service-process.js';
import type { Task } from '../api/person.js';
import { Person } from '../api/person.js';
import { until } from '../saga/engine.js';
import { hasOwnBroker } from '../support/kafka.js';
import { eventsIn, onboarding, replicaLab } from './replica-lab.js';
import { otherSide, type SentRecord } from './support.js';

const manual = { driver: 'manual', assignee: null, dueMs: 3_600_000, remindMs: 3_600_000 } as const;

interface Held {
  readonly items: readonly {
    readonly id: string;
    readonly href: string;
    readonly state: string;
    readonly waitingFor: { readonly task?: string } | null;
  }[];
}

describe.skipIf(!hasOwnBroker)('A task that is reported over Kafka', { timeout: 300_000 }, () => {
  it('is taken although the process was killed while it was open: same id, one answer to each report, the run ends', async () => {
    const lab = await replicaLab({ security: manual });
    const { send } = otherSide(lab.settings);
    const command = onboarding(2);
    const first = await lab.start();
    await send(command);
    const opened = await openTask(first);
    await first.end('SIGKILL');

    // The person has worked and reported while nobody was there.
    const reports: string[] = [];
    const report = async (service: ServiceProcess | null, task: Task): Promise<void> => {
      const person = personAt(service);
      reports.push(`report-${reports.length + 1}`);
      const results = withBefore(task, await person.work(task));
      await send(reportOf(task, results, command.key, reports.at(-1) ?? ''));
    };
    const personAt = (service: ServiceProcess | null): Person =>
      new Person({ http: request(service?.url ?? ''), simulator: lab.simulator });
    await report(null, opened);

    const next = await lab.start();
    await untilClosed(next, opened.id);
    expect(await taskOf(next, opened.id)).toMatchObject({ outcome: 'done', reportedBy: 'kafka:/tickets' });
    for (;;) {
      const operation = await standing(next);
      const id = operation.waitingFor?.task;
      if (operation.state !== 'waiting-for-task' || id === undefined) {
        expect(operation.state).toBe('completed');
        break;
      }
      await report(next, await taskOf(next, id));
      await untilClosed(next, id);
    }
    expect(reports.length).toBeGreaterThan(2);
    const answers = await until('each report is answered', async () => {
      const stored = await eventsIn(lab.database);
      const own = stored.filter(({ correlation_id: id }) => id?.startsWith('of-report-') === true);
      return own.length >= reports.length ? own : null;
    });
    expect(answers.map(({ type, correlation_id: id }) => [type, id])).toEqual(
      reports.map((id) => ['solution-onboarding.operation.verb-applied.v1', `of-${id}`]),
    );
  });
});

const standing = (service: ServiceProcess): Promise<Held['items'][number]> =>
  until('the operation stands still', async () => {
    const { items } = await service.call<Held>('GET', '/v1/operations');
    const [operation] = items;
    return operation !== undefined && !['queued', 'running'].includes(operation.state) ? operation : null;
  });

const taskOf = (service: ServiceProcess, id: string): Promise<Task> => service.call('GET', `/v1/tasks/${id}`);

const untilClosed = (service: ServiceProcess, id: string): Promise<boolean> =>
  until('the report is taken', async () => (await taskOf(service, id)).state === 'closed');

async function openTask(service: ServiceProcess): Promise<Task> {
  const { waitingFor } = await standing(service);
  return taskOf(service, waitingFor?.task ?? '');
}

const withBefore = (task: Task, before: readonly unknown[]): readonly object[] =>
  (task.report?.body as { results: object[] }).results.map((result, index) => ({
    ...result,
    before: before[index],
  }));

const reportOf = (
  task: Task,
  results: readonly object[],
  key: SentRecord['key'],
  id: string,
): SentRecord => ({
  key,
  value: JSON.stringify({
    operationId: task.operation,
    task: task.id,
    outcome: 'done',
    results,
    evidence: 'CHG0042',
  }),
  headers: [
    ['content-type', 'application/json'],
    ['ce_specversion', '1.0'],
    ['ce_id', id],
    ['ce_source', '/tickets'],
    ['ce_type', 'solution-onboarding.command.operation.complete-task.v1'],
    ['ce_correlationid', `of-${id}`],
  ],
});
