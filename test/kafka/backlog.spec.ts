import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import { onboard, startApi } from '../api/api.js';
import { eventOf, until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import type { SentRecord } from './support.js';
import { otherSide, settingsFor, startMessaging } from './support.js';

/** How many records wait; a million: `KAFKA_BACKLOG=1000000 npx vitest run test/kafka/backlog.spec.ts` */
const BACKLOG = Number(process.env['KAFKA_BACKLOG'] ?? 8000);
/** For 500 a second, on the slowest machine. */
const LIMIT_MS = 120_000 + BACKLOG * 2;
/** Above what the process had before; a million records are a gigabyte. */
const MEMORY_MB = 500;
const SENT_AT_ONCE = 4000;

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

/** Resident memory now and then: how far it went above where it was. */
function watchMemory(): () => number {
  const start = process.memoryUsage.rss();
  let most = start;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 200);
  onTestFinished(() => clearInterval(timer));
  return () => Math.round((most - start) / 1024 / 1024);
}

async function timed(what: string, records: number, work: () => Promise<void>): Promise<void> {
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1000;
  console.info(`${what}: ${records} in ${seconds.toFixed(1)} s, ${Math.round(records / seconds)}/s`);
}

const key = (n: number): string => `s-${n}`;
const header = (id: string, type: string): SentRecord['headers'] => [
  ['content-type', 'application/json'],
  ['ce_specversion', '1.0'],
  ['ce_id', id],
  ['ce_source', '/tickets'],
  ['ce_type', `solution-onboarding.command.${type}.v1`],
];

/** A command, its repeat, poison, and what has to come after the first: all of one solution. */
function recordsOf(n: number): SentRecord[] {
  const own = { key: `lab/Environment/${key(n)}` };
  const identity = { target: 'lab', tenant: 'Environment', key: key(n) };
  const body = onboard({ key: key(n), interactionServer: `S${n}`, businessProcesses: [`P${n}`] });
  const first = { ...own, value: JSON.stringify(body), headers: header(`a-${n}`, 'onboard') };
  const cancel = { ...identity, reason: 'not wanted' };
  return [
    first,
    first,
    { ...own, value: '{', headers: header(`b-${n}`, 'onboard') },
    { ...own, value: JSON.stringify(cancel), headers: header(`c-${n}`, 'operation.cancel') },
  ];
}

describe.skipIf(!hasKafka)(`a backlog of ${BACKLOG} records`, { timeout: LIMIT_MS * 3 }, () => {
  it('of commands is taken: each good one once, in its order, in flat memory', async () => {
    const settings = settingsFor(brokers);
    const side = otherSide(settings);
    const admin = side.kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await ensureTopics(admin, settings);
    const solutions = Math.ceil(BACKLOG / 4);
    await timed('sent', solutions * 4, async () => {
      for (let at = 0; at < solutions; at += SENT_AT_ONCE / 4) {
        const some = Array.from({ length: Math.min(SENT_AT_ONCE / 4, solutions - at) }, (_, i) =>
          recordsOf(at + i),
        );
        await side.send(...some.flat());
      }
    });
    const api = await startApi({ kafka: settings });
    const memory = watchMemory();
    await timed('taken', solutions * 4, () =>
      until(async () => (await side.committed()) === solutions * 4, 'all are done with', LIMIT_MS),
    );
    expect(memory()).toBeLessThan(MEMORY_MB);
    const { rows } = await api.database.query(
      `SELECT count(*)::int AS all, count(*) FILTER (WHERE requested_verb ->> 'verb' = 'cancel')::int AS cancelled,
         count(DISTINCT key)::int AS keys FROM operation`,
    );
    expect(rows).toEqual([{ all: solutions, cancelled: solutions, keys: solutions }]);
    const letters = await admin.fetchTopicOffsets(side.topics.deadLetters);
    expect(letters.reduce((sum, { high }) => sum + Number(high), 0)).toBe(solutions);
    const refused = await api.database.query(`SELECT FROM event WHERE type LIKE '%refused%' LIMIT 1`);
    expect(refused.rowCount).toBe(0);
  });

  it('of events is published when the broker comes: all, in order per solution, in flat memory', async () => {
    const place = await world();
    const solutions = Array.from({ length: 50 }, () => randomUUID());
    const rounds = Math.ceil(BACKLOG / solutions.length);
    await timed('written', rounds * solutions.length, async () => {
      for (let round = 0; round < rounds; round += 20) {
        const some = Math.min(20, rounds - round);
        const events = Array.from({ length: some }, (_, i) =>
          solutions.map((id) => eventOf(id, round + i + 1)),
        );
        await insertEvents(place.db, events.flat(), new Date());
      }
    });
    const settings = settingsFor(brokers);
    const memory = watchMemory();
    startMessaging(place, settings);
    const total = rounds * solutions.length;
    const published = async (): Promise<number> =>
      Number(
        (await place.pool.query<{ published: string }>('SELECT published FROM relay')).rows[0]!.published,
      );
    await timed('published', total, () =>
      until(async () => (await published()) === total, 'published', LIMIT_MS),
    );
    expect(memory()).toBeLessThan(MEMORY_MB);

    const { kafka, topics } = otherSide(settings);
    const last = new Map<string, number>();
    const wrong: string[] = [];
    const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, retry: { retries: 30 } });
    onTestFinished(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: topics.events, fromBeginning: true });
    await consumer.run({
      eachBatch: ({ batch }) => {
        for (const { headers } of batch.messages) {
          const source = String(headers?.['ce_source']);
          const [sequence, before] = [Number(String(headers?.['ce_sequence'])), last.get(source) ?? 0];
          if (sequence > before + 1) wrong.push(`${source}: ${sequence} after ${before}`);
          last.set(source, Math.max(before, sequence));
        }
        return Promise.resolve();
      },
    });
    const read = (): number => [...last.values()].reduce((sum, sequence) => sum + sequence, 0);
    await timed('read', total, () => until(() => read() === total, 'read', LIMIT_MS));
    expect(wrong).toEqual([]);
  });
});
