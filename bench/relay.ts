import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundled, Lab, median, printFigures, runProgram, spread } from './lab.js';

const events = 30_000;

/** What a side says of itself. */
interface Side {
  readonly perSecond: number;
  /** Of its node process, per event. */
  readonly cpuUs: number;
}

/**
 * The relay from committed rows to acknowledged records, against kafkajs as it comes from npm that has the same bytes
 * in memory already. A process each, taking turns.
 */
export async function relay(repeats: number): Promise<void> {
  await withBroker(async (brokers) => {
    const lab = await Lab.start();
    const sides = { ours: [] as Side[], kafkajs: [] as Side[] };
    try {
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        const run = await lab.withDatabase('ours', (url) => once(url, brokers));
        sides.ours.push(run.ours);
        sides.kafkajs.push(run.kafkajs);
      }
    } finally {
      await lab.stop();
    }
    for (const [name, all] of Object.entries(sides)) {
      const rates = spread(all.map(({ perSecond }) => perSecond));
      console.log(
        `${name.padEnd(8)} ${rates} events/s, CPU of node ${spread(
          all.map(({ cpuUs }) => cpuUs),
          1,
        )} µs an event`,
      );
    }
    const rate = (all: readonly Side[]): number => median(all.map(({ perSecond }) => perSecond));
    const ratios = sides.ours.map((ours, n) => ours.perSecond / (sides.kafkajs[n]?.perSecond ?? NaN));
    printFigures('relay', { kafkajs_ratio: median(ratios), ours_per_second: rate(sides.ours) });
  });
}

/** A broker of its own, gone with the run. */
export async function withBroker(work: (brokers: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-kafka-'));
  const broker = (...args: string[]): string =>
    execFileSync(process.execPath, ['scripts/kafka/broker.mjs', ...args, '--data', dir], {
      encoding: 'utf8',
    });
  const { brokers } = JSON.parse(broker('start', '--until-pid', String(process.pid))) as { brokers: string };
  try {
    await work(brokers);
  } finally {
    broker('kill');
    rmSync(dir, { recursive: true, force: true });
  }
}

async function once(databaseUrl: string, brokers: string): Promise<Record<'ours' | 'kafkajs', Side>> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-relay-'));
  const options = {
    databaseUrl,
    brokers,
    prefix: `bench-${randomUUID()}`,
    events,
    file: path.join(dir, 'records.json'),
  };
  const side = async (program: string): Promise<Side> =>
    JSON.parse(await runProgram(program, [JSON.stringify(options)]).line('result')) as Side;
  try {
    const ours = await side(bundled('relayer'));
    return { ours, kafkajs: await side(path.join('bench', 'peers', 'kafkajs.mjs')) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
