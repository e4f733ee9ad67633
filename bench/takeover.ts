import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { bundled, Lab, median, printFigures, runProgram, spread, startTarget } from './lab.js';
import { makeOurs } from './ours-engine.js';

const sagas = 200;
/** Slow enough that the replica has all of them in hand when it is killed. */
const targetDelayMs = 300;
const leaseMs = 6_000;

/** A replica is killed with -9 with 200 operations in hand: how long beyond its lease until another one has them all. */
export async function takeover(repeats: number): Promise<void> {
  const lab = await Lab.start();
  try {
    const extraMs: number[] = [];
    const endedMs: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const run = await lab.withDatabase('ours', once);
      extraMs.push(run.extraMs);
      endedMs.push(run.endedMs);
      console.log(
        `all taken over ${run.extraMs.toFixed(0)} ms after the lease of ${leaseMs} ms, all ended ${run.endedMs.toFixed(0)} ms after the kill; ` +
          `writes repeated at the target: ${run.repeated}`,
      );
    }
    console.log(`beyond the lease ${spread(extraMs)} ms, ended ${spread(endedMs)} ms after the kill`);
    printFigures('takeover', { extra_ms: Math.max(...extraMs), median_extra_ms: median(extraMs) });
  } finally {
    await lab.stop();
  }
}

async function once(databaseUrl: string) {
  const target = await startTarget(targetDelayMs);
  const options = { databaseUrl, targetUrl: target.url, leaseMs, pollMs: 100, reading: true };
  const victim = runProgram(bundled('replica'), [JSON.stringify(options)]);
  const epoch = await victim.line('epoch');
  const survivor = makeOurs(options);
  const { database } = survivor;
  const count = async (condition: string): Promise<number> => {
    const { rows } = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM operation WHERE ${condition}`,
    );
    return rows[0]?.n ?? 0;
  };
  try {
    for (let index = 0; index < sagas; index += 1) await survivor.accept(randomUUID(), false);
    while ((await count(`owner = ${epoch}`)) < sagas) await delay(20);
    await survivor.runner.start();
    const killedAtMs = performance.now();
    await victim.kill('SIGKILL');
    while ((await count(`owner IS DISTINCT FROM ${survivor.lease.epoch} AND ended_at IS NULL`)) > 0) {
      await delay(10);
    }
    const takenAtMs = performance.now();
    while ((await count(`state <> 'completed'`)) > 0) await delay(20);
    const { repeated } = await target.counts();
    return {
      extraMs: takenAtMs - killedAtMs - leaseMs,
      endedMs: performance.now() - killedAtMs,
      repeated,
    };
  } finally {
    await survivor.stop();
    await target.stop();
  }
}
