import request from 'supertest';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Task } from '../api/person.js';
import { Person } from '../api/person.js';
import { desired } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import type { Operation } from './crash-lab.js';
import { CrashLab, onboard } from './crash-lab.js';
import { pointsFile, pointsIn } from './kill.js';
import type { ServiceProcess } from './service-process.js';

// Three processes a case, on a database of their own.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const byHand = {
  security: { driver: 'manual', assignee: null, dueMs: 3_600_000, remindMs: 3_600_000 },
} as const;

/** Somebody at the platform, who talks to the process that runs at the moment. */
const personAt = (lab: CrashLab, service: ServiceProcess): Person =>
  new Person({ http: request(service.url), simulator: lab.witness.simulator });

const openTask = async (service: ServiceProcess, href: string): Promise<Task> =>
  until(
    'a task is open',
    async () => {
      const { items } = await service.call<{ items: Task[] }>(
        'GET',
        `/v1/tasks?state=open&operation=${href.split('/').at(-1) ?? ''}`,
      );
      return items[0];
    },
    60_000,
  );

/** All that can be told from outside: the platform, each effect on it, and the tasks there were. */
interface Ended {
  readonly state: string;
  readonly world: unknown;
  readonly effects: readonly string[];
  readonly tasks: readonly unknown[];
}

async function endedAs(
  lab: CrashLab,
  service: ServiceProcess,
  { href, solution }: Operation,
): Promise<Ended> {
  const { state } = await personAt(lab, service).workUntilDone(href);
  const { items } = await service.call<{ items: Task[] }>('GET', '/v1/tasks?limit=100');
  const sequences = await lab.sequences(service, solution.id);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  return {
    state,
    world: await lab.witness.world(),
    effects: await lab.witness.onceOnly(),
    tasks: items.map(({ state: is, step, outcome, instructions }) => [
      is,
      step,
      outcome,
      instructions.length,
    ]),
  };
}

describe('A process that is killed while a person has a task of it', () => {
  let undisturbed: Ended;

  beforeAll(async () => {
    const lab = await CrashLab.embedded(null, byHand);
    try {
      const service = await lab.start();
      undisturbed = await endedAs(lab, service, await onboard(service, desired()));
      expect(undisturbed.state).toBe('completed');
    } finally {
      await lab.close();
    }
  });

  async function withOpenTask(
    work: (lab: CrashLab, operation: Operation, task: Task) => Promise<Ended>,
  ): Promise<void> {
    const lab = await CrashLab.embedded(null, byHand);
    try {
      const first = await lab.start();
      const operation = await onboard(first, desired());
      const task = await openTask(first, operation.href);
      await first.end('SIGKILL');
      expect(await work(lab, operation, task)).toEqual(undisturbed);
    } finally {
      await lab.close();
    }
  }

  it('leaves it to the next one under the same id, and what is reported there ends the run as if nothing had been', async () => {
    await withOpenTask(async (lab, operation, task) => {
      const next = await lab.start();
      expect(await openTask(next, operation.href)).toEqual(task);
      return endedAs(lab, next, operation);
    });
  });

  /** In the second life the first commits of their kind are those of the report. */
  it.each([
    ['before the report is durable', 'verb:before'],
    ['when the report is durable and nobody has heard of it', 'verb:after'],
    ['before the report is taken into the run', 'commit:before'],
    ['when the report is taken into the run, with its task', 'commit:after'],
  ])('and once more %s: the task is reported once, and ends the run', async (_, point) => {
    await withOpenTask(async (lab, operation, task) => {
      const victim = await lab.start({ POINT: point, POINT_LOG: pointsFile(lab) });
      const person = personAt(lab, victim);
      const open = await person.task(task.id);
      const before = await person.work(open);
      // The answer may come or not.
      await person.report(open, before).catch(() => null);
      await victim.ended;
      expect(pointsIn(pointsFile(lab)).at(-1)?.isIt, 'it died where it should').toBe(true);
      const next = await lab.start();
      const again = personAt(lab, next);
      const taken = point !== 'verb:before';
      if (!taken) {
        expect(await again.task(task.id)).toMatchObject({ id: task.id, state: 'open' });
        await again.report(open, before);
      }
      await until('the task is closed', async () => (await again.task(task.id)).state === 'closed');
      expect(await again.task(task.id)).toMatchObject({ outcome: 'done', evidence: 'CHG0042' });
      return endedAs(lab, next, operation);
    });
  });
});
