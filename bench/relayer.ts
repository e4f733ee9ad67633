// The relay in a process of its own: relayer.mjs <options as JSON>. Writes what it has published to a file for the peer,
// and prints `result <JSON>`.
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Database } from '../src/database/database.js';
import { makePool } from '../src/database/pool.js';
import { Wake, type WakeChannel } from '../src/database/wake.js';
import { toRecord } from '../src/messaging/broker.js';
import { eventType, solutionSource } from '../src/messaging/event.js';
import { insertEvents } from '../src/messaging/insert-events.sql.js';
import { Messaging } from '../src/messaging/messaging.js';
import { readPublished, readUnpublished } from '../src/messaging/published-events.sql.js';

const solutions = 200;

interface Options {
  readonly databaseUrl: string;
  readonly brokers: string;
  readonly prefix: string;
  readonly events: number;
  readonly file: string;
}
const options = JSON.parse(process.argv[2] ?? '{}') as Options;

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

/** Data of real events, 1.4 and 3.0 kB: the first and the last one of an onboarding. */
const data = ['accepted', 'completed'].map(
  (name) =>
    (JSON.parse(readFileSync(`test/messaging/written/0.1.0-${name}.json`, 'utf8')) as { data: unknown }).data,
);

/** One transaction: nothing is relayed before all of it is there. */
async function fill(db: Database): Promise<void> {
  const ids = Array.from({ length: solutions }, () => randomUUID());
  await db.transaction(async (tx) => {
    for (let from = 0; from < options.events; from += 1_000) {
      const batch = Array.from({ length: 1_000 }, (_, n) => {
        const id = ids[n % solutions] ?? '';
        return {
          type: eventType('step.completed'),
          source: solutionSource(id),
          solutionId: id,
          operationId: null,
          partitionKey: `lab/Environment/${id}`,
          data: data[n % data.length],
        };
      });
      await insertEvents(tx, batch, new Date());
    }
  });
}

const pool = makePool(options.databaseUrl, 10, () => undefined);
const db = new Database(pool);
const wake = new LocalWake();
const messaging = new Messaging(db, wake, pino({ level: 'silent' }), {
  kafka: {
    brokers: [options.brokers],
    ssl: false,
    sasl: null,
    groupId: options.prefix,
    topicPrefix: options.prefix,
    topics: 'create',
  },
  soleProcess: true,
  owner: randomUUID(),
  monotonicMs: () => performance.now(),
  now: () => new Date(),
  random: Math.random,
});
messaging.start();
while (!messaging.status().ok) await delay(20);
await fill(db);
const [cpuBefore, startMs] = [process.cpuUsage(), performance.now()];
wake.notify('event');
while ((await readPublished(db)) < options.events) await delay(20);
const tookMs = performance.now() - startMs;
const cpu = process.cpuUsage(cpuBefore);
await messaging.stop();
const records = (await readUnpublished(db, 0, options.events)).map(toRecord);
writeFileSync(options.file, JSON.stringify(records));
await pool.end();
const result = {
  perSecond: (options.events * 1_000) / tookMs,
  cpuUs: (cpu.user + cpu.system) / options.events,
};
console.log(`result ${JSON.stringify(result)}`);
process.exit(0);
