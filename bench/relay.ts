import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { Database } from '../src/database/database.js';
import { makePool } from '../src/database/pool.js';
import { Wake, type WakeChannel } from '../src/database/wake.js';
import { toRecord } from '../src/messaging/broker.js';
import { eventType, solutionSource } from '../src/messaging/event.js';
import { insertEvents } from '../src/messaging/insert-events.sql.js';
import { makeKafka } from '../src/messaging/kafka/client.js';
import { topicNames, type KafkaSettings } from '../src/messaging/kafka/settings.js';
import { Messaging } from '../src/messaging/messaging.js';
import { readPublished, readUnpublished } from '../src/messaging/published-events.sql.js';
import { Lab, median, printFigures, spread } from './lab.js';

const events = 30_000;
const solutions = 200;
/** What kafkajs is fastest with. */
const recordsAtOnce = 500;
const silent = pino({ level: 'silent' });
/** Some 600 bytes, as an operation is. */
const data = { id: randomUUID(), state: 'running', summary: 'x'.repeat(520) };

/** Wake-ups of this process alone. */
class LocalWake extends Wake {
  private readonly bells = new EventEmitter();

  notify(channel: WakeChannel): void {
    this.bells.emit(channel);
  }
  on(channel: WakeChannel, listener: () => void): () => void {
    this.bells.on(channel, listener);
    return () => void this.bells.off(channel, listener);
  }
}

/** The relay from committed rows to acknowledged records, against kafkajs that has the same bytes in memory already. */
export async function relay(repeats: number): Promise<void> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-kafka-'));
  const broker = (command: string): string =>
    execFileSync(process.execPath, ['scripts/kafka/broker.mjs', command, '--data', dir], {
      encoding: 'utf8',
    });
  const { brokers } = JSON.parse(broker('start')) as { brokers: string };
  const lab = await Lab.start();
  try {
    const rates = { ours: [] as number[], kafkajs: [] as number[] };
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const run = await lab.withDatabase('ours', (url) => once(url, brokers));
      rates.ours.push(run.ours);
      rates.kafkajs.push(run.kafkajs);
    }
    for (const [name, all] of Object.entries(rates)) console.log(`${name.padEnd(8)} ${spread(all)} events/s`);
    printFigures('relay', {
      kafkajs_ratio: median(rates.ours) / median(rates.kafkajs),
      ours_per_second: median(rates.ours),
    });
  } finally {
    await lab.stop();
    broker('kill');
    rmSync(dir, { recursive: true, force: true });
  }
}

async function once(url: string, brokers: string): Promise<{ ours: number; kafkajs: number }> {
  const pool = makePool(url, 10, () => undefined);
  const db = new Database(pool);
  const prefix = `bench-${randomUUID()}`;
  const settings: KafkaSettings = {
    brokers: brokers.split(','),
    ssl: false,
    sasl: null,
    groupId: prefix,
    topicPrefix: prefix,
    topics: 'create',
  };
  const wake = new LocalWake();
  const messaging = new Messaging(db, wake, silent, {
    kafka: settings,
    soleProcess: true,
    owner: randomUUID(),
    monotonicMs: () => performance.now(),
    now: () => new Date(),
    random: Math.random,
  });
  try {
    messaging.start();
    while (!messaging.status().ok) await next(20);
    await fill(db);
    const ours = await perSecond(async () => {
      wake.notify('event');
      while ((await readPublished(db)) < events) await next(5);
    });
    return { ours, kafkajs: await produce(db, settings) };
  } finally {
    await messaging.stop();
    await pool.end();
  }
}

/** One transaction: nothing is relayed before all of it is there. */
async function fill(db: Database): Promise<void> {
  const ids = Array.from({ length: solutions }, () => randomUUID());
  await db.transaction(async (tx) => {
    for (let from = 0; from < events; from += 1_000) {
      const batch = Array.from({ length: 1_000 }, (_, n) => {
        const id = ids[n % solutions] ?? '';
        return {
          type: eventType('step.completed'),
          source: solutionSource(id),
          solutionId: id,
          operationId: null,
          partitionKey: `lab/Environment/${id}`,
          data,
        };
      });
      await insertEvents(tx, batch, new Date());
    }
  });
}

async function produce(db: Database, settings: KafkaSettings): Promise<number> {
  const messages = (await readUnpublished(db, 0, events)).map((event) => {
    const record = toRecord(event);
    return { ...record, headers: { ...record.headers } };
  });
  const producer = makeKafka(settings, silent).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    return await perSecond(async () => {
      for (let from = 0; from < messages.length; from += recordsAtOnce) {
        const batch = messages.slice(from, from + recordsAtOnce);
        await producer.send({ topic: topicNames(settings).events, acks: -1, messages: batch });
      }
    });
  } finally {
    await producer.disconnect();
  }
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (events * 1_000) / (performance.now() - startMs);
}

const next = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
