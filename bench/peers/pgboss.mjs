// A chain of jobs on pg-boss: each job makes its step's calls, sends the next job and completes. Jobs are fetched in
// batches as soon as a hand is free (its own `work` polls twice a second at most, which would be slower by far).
import PgBoss from 'pg-boss';
import { Refused, stepCount } from './calls.mjs';

const queue = 'step';
const fetchers = 4;
const batchSize = 32;

export async function start({ calls, databaseUrl }) {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 20, supervise: false, schedule: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(queue);
  const waiting = new Map();
  let stopping = false;

  async function next({ saga, step, way, undone }) {
    if (way === 'apply') {
      try {
        await calls.apply(saga, step, undone);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return step === 1 ? null : { saga, step: step - 1, way: 'revert', undone };
      }
      return step === stepCount ? null : { saga, step: step + 1, way, undone };
    }
    await calls.revert(saga, step);
    return step === 1 ? null : { saga, step: step - 1, way, undone };
  }

  async function work(job) {
    const following = await next(job.data);
    if (following !== null) await boss.send(queue, following);
    await boss.complete(queue, job.id);
    if (following === null) waiting.get(job.data.saga)?.();
  }

  async function fetcher() {
    while (!stopping) {
      const jobs = await boss.fetch(queue, { batchSize });
      if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      await Promise.all(jobs.map(work));
    }
  }
  const running = Array.from({ length: fetchers }, fetcher);
  return {
    async run(saga, undone) {
      const ended = new Promise((resolve) => waiting.set(saga, resolve));
      await boss.send(queue, { saga, step: 1, way: 'apply', undone });
      await ended;
      waiting.delete(saga);
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
      await boss.stop({ graceful: false });
    },
  };
}
