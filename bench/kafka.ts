import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import kafkajs, { type Kafka } from 'kafkajs';
import { Pool } from 'undici';
import { bundled, Lab, median, printFigures, runProgram, spread, startTarget } from './lab.js';
import { cpuSeconds } from './processes.js';
import { withBroker } from './relay.js';

const commands = 3_000;
/** Before the clock runs. */
const warm = 200;
/** Requests at once over REST, as in `intake`. */
const inFlight = 64;
/** Commands of one send over Kafka. */
const atOnce = 500;

interface Run {
  /** Commands a second from the first one sent to the last `completed` event read. */
  readonly completed: number;
  /** The same to the last `accepted` event read. */
  readonly accepted: number;
  /** CPU of the service's process, ms a command. */
  readonly cpuMs: number;
  /** CPU of PostgreSQL, ms a command. */
  readonly databaseCpuMs: number;
}

/**
 * The same onboardings asked of the same service over Kafka and over REST, as fast as it takes them in, each carried out and
 * its `completed` event read from the events topic. What differs is the way in.
 */
export async function kafka(repeats: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-kafka-'));
  const targets = path.join(folder, 'targets.json');
  writeFileSync(targets, JSON.stringify({ targets: [unasked] }));
  const runs = { kafka: [] as Run[], rest: [] as Run[] };
  try {
    await withBroker(async (brokers) => {
      const lab = await Lab.start();
      try {
        for (let repeat = 0; repeat < repeats; repeat += 1) {
          for (const way of ['kafka', 'rest'] as const) {
            const run = await lab.withDatabase('ours', (url) => once(lab, way, url, brokers, targets));
            runs[way].push(run);
          }
        }
      } finally {
        await lab.stop();
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [way, all] of Object.entries(runs)) {
    const of = (figure: keyof Run, digits = 0): string =>
      spread(
        all.map((run) => run[figure]),
        digits,
      );
    console.log(
      `${way.padEnd(5)} completed ${of('completed')}/s, accepted ${of('accepted')}/s, CPU a command: node ${of('cpuMs', 2)} ms, PostgreSQL ${of('databaseCpuMs', 2)} ms`,
    );
  }
  const ratio = (figure: keyof Run, of: keyof Run = figure): number =>
    median(runs.kafka.map((run, n) => run[figure] / (runs.rest[n]?.[of] ?? NaN)));
  printFigures('kafka', {
    rest_ratio: ratio('completed'),
    accepted_ratio: ratio('accepted'),
    completed_per_second: median(runs.kafka.map(({ completed }) => completed)),
  });
}

/** Nobody asks it: the saga of the bench has a target of its own. */
export const unasked = {
  name: 'lab',
  objects: { driver: 'gws', baseUrl: 'http://127.0.0.1:9/api/v2', username: 'bench', password: 'bench' },
  security: { driver: 'bridge', baseUrl: 'http://127.0.0.1:9', token: 'bench' },
  control: { driver: 'bridge', baseUrl: 'http://127.0.0.1:9', token: 'bench' },
  maxConcurrent: 128,
};

async function once(
  lab: Lab,
  way: 'kafka' | 'rest',
  databaseUrl: string,
  brokers: string,
  targets: string,
): Promise<Run> {
  const prefix = `bench-${randomUUID()}`;
  const target = await startTarget(0);
  const service = runProgram(bundled('kafka-service'), [target.url], {
    ...{ DATABASE_URL: databaseUrl, TARGETS: targets, LOG_LEVEL: 'warn' },
    ...{ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix, KAFKA_GROUP_ID: prefix },
  });
  const client = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
  try {
    const url = await service.line('ready');
    const reader = await follow(client, `${prefix}.events.v1`);
    const send = way === 'kafka' ? await overKafka(client, `${prefix}.commands.v1`) : overRest(url);
    await send.some(names(warm));
    await reader.saw('completed', warm);
    const cpu = (): [number, number] => [cpuSeconds(service.child.pid ?? 0), lab.databaseCpuSeconds()];
    const [startMs, cpuBefore] = [performance.now(), cpu()];
    const perSecond = (): number => (commands * 1_000) / (performance.now() - startMs);
    const sent = send.some(names(commands));
    await reader.saw('accepted', warm + commands);
    const accepted = perSecond();
    await reader.saw('completed', warm + commands);
    const completed = perSecond();
    const cpuAfter = cpu();
    await sent;
    await send.close();
    await reader.close();
    const perCommand = (n: 0 | 1): number => ((cpuAfter[n] - cpuBefore[n]) * 1_000) / commands;
    return { completed, accepted, cpuMs: perCommand(0), databaseCpuMs: perCommand(1) };
  } finally {
    await service.kill('SIGTERM');
    await target.stop();
  }
}
const names = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

export const onboarding = (id: string) => ({
  target: 'lab',
  tenant: 'Environment',
  key: id,
  interactionServer: `Server ${id}`,
  businessProcesses: [`In ${id}`, `Out ${id}`],
});

/** As a command in binary mode. */
export const commandRecord = (id: string) => ({
  key: `lab/Environment/${id}`,
  headers: {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/bench',
    ce_type: 'solution-onboarding.command.onboard.v1',
  },
  value: JSON.stringify(onboarding(id)),
});

interface Sender {
  some(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

async function overKafka(client: Kafka, topic: string): Promise<Sender> {
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    async some(ids) {
      for (let from = 0; from < ids.length; from += atOnce)
        await producer.send({ topic, messages: ids.slice(from, from + atOnce).map(commandRecord) });
    },
    close: () => producer.disconnect(),
  };
}

function overRest(url: string): Sender {
  const pool = new Pool(url, { connections: inFlight, pipelining: 1 });
  const one = async (id: string): Promise<void> => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/v1/solutions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(onboarding(id)),
    });
    const text = await body.text();
    if (statusCode !== 202) throw new Error(`answered ${statusCode}: ${text}`);
  };
  return {
    async some(ids) {
      const left = [...ids];
      const worker = async (): Promise<void> => {
        for (let id = left.pop(); id !== undefined; id = left.pop()) await one(id);
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
    },
    close: () => pool.close(),
  };
}

/** Counts operations by what has happened to them, each once. */
async function follow(client: Kafka, topic: string) {
  const seen = new Map<string, Set<string>>();
  let look = (): void => undefined;
  const consumer = client.consumer({ groupId: topic, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: ({ batch }) => {
      for (const { headers } of batch.messages) {
        const type = String(headers?.['ce_type']).split('.').at(-2) ?? '';
        const subject = String(headers?.['ce_subject']);
        if (!subject.includes('/steps/')) seen.set(type, (seen.get(type) ?? new Set()).add(subject));
      }
      look();
      return Promise.resolve();
    },
  });
  return {
    /** Resolves when as many operations have come so far. */
    saw: (type: string, count: number): Promise<void> =>
      new Promise((resolve) => {
        look = () => {
          if ((seen.get(type)?.size ?? 0) >= count) resolve();
        };
        look();
      }),
    close: () => consumer.disconnect(),
  };
}
