import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/database/database.js';
import { makePool } from '../../src/database/pool.js';
import type { EventName, NewEvent } from '../../src/messaging/event.js';
import { COMMANDS_SOURCE, eventType, solutionSource } from '../../src/messaging/event.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import { ServiceProcess } from '../crash/service-process.js';
import { settingsFor } from '../kafka/support.js';
import { silent, until } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { emptyDatabase, freshDatabase } from '../support/postgres.js';
import { runProgram, type Program } from '../support/program.js';

const program = 'examples/reporting/main.mjs';

/** A target that nobody answers for: operations stay as they are, and every event is one that the test has written. */
function deadTarget(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-reporting-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, 'targets.json');
  const bridge = { driver: 'bridge', baseUrl: 'http://127.0.0.1:9', token: 'none' };
  const objects = { driver: 'gws', baseUrl: 'http://127.0.0.1:9/api/v2', username: 'none', password: 'none' };
  writeFileSync(
    file,
    JSON.stringify({ targets: [{ name: 'lab', objects, security: bridge, control: bridge }] }),
  );
  return file;
}

async function startService(env: Record<string, string> = {}) {
  const database = await freshDatabase();
  const { url } = database;
  const pool = makePool(url, 4, () => undefined);
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  const service = await ServiceProcess.start({ DATABASE_URL: url, TARGETS: deadTarget(), ...env });
  onTestFinished(() => service.end('SIGKILL'));
  return { service, db: new Database(pool) };
}

/** The tables of the example, in a database that knows nothing of ours. */
async function reportingDatabase() {
  const database = await emptyDatabase();
  const { url } = database;
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  const rows = async (table: string): Promise<Record<string, unknown>[]> =>
    (await pool.query<Record<string, unknown>>(`SELECT * FROM reporting.${table} ORDER BY 1, 2`)).rows;
  return { url, pool, rows };
}

function startReader(...args: string[]): Program {
  const reader = runProgram(program, args);
  onTestFinished(async () => {
    if (reader.child.signalCode === null) await reader.kill('SIGKILL');
  });
  return reader;
}

const sample = (
  JSON.parse(readFileSync('test/messaging/written/0.1.0-completed.json', 'utf8')) as { data: object }
).data;
const beganMs = Date.parse('2026-11-01T10:00:00Z');
const at = (seconds: number): Date => new Date(beganMs + seconds * 1000);

/** What an onboarding says from its beginning to its end, some 10 s later, with 2 s without service. */
const story: readonly [EventName, string, number][] = [
  ['operation.accepted', 'queued', 0],
  ['operation.started', 'running', 1],
  ['step.completed', 'running', 2],
  ['operation.service-down', 'running', 3],
  ['operation.service-restored', 'running', 5],
  ['operation.completed', 'completed', 11],
];

interface Told {
  readonly id: string;
  readonly operationId: string;
  readonly key: string;
}
const toldOf = (n: number): Told => ({ id: randomUUID(), operationId: randomUUID(), key: `s-${n}` });

function eventOf({ id, operationId, key }: Told, [name, state, seconds]: (typeof story)[number]): NewEvent {
  const done = state === 'completed';
  return {
    type: eventType(name),
    source: solutionSource(id),
    solutionId: id,
    operationId,
    partitionKey: `lab/Environment/${key}`,
    data: {
      ...sample,
      id: operationId,
      solution: { id, href: `/v1/solutions/${id}`, target: 'lab', tenant: 'Environment', key },
      ...{ state, done, error: null },
      externalReference: [{ name: `RITM-${key}`, externalReferenceType: 'servicenow' }],
      ...{ createdAt: at(0), updatedAt: at(seconds), startedAt: seconds < 1 ? null : at(1) },
      endedAt: done ? at(seconds) : null,
    },
  };
}

const refused: NewEvent = {
  type: eventType('command.refused'),
  source: COMMANDS_SOURCE,
  solutionId: null,
  operationId: null,
  partitionKey: 'lab/Environment/nobody',
  correlationId: 'RITM0',
  data: {
    type: '/problems/invalid-request',
    title: '',
    status: 400,
    detail: 'no',
    code: 'invalid-request',
    retryable: false,
  },
};

/** Chapter by chapter, as many solutions go on at the same time. */
async function tell(db: Database, all: readonly Told[]): Promise<void> {
  for (const chapter of story) {
    await insertEvents(
      db,
      all.map((told) => eventOf(told, chapter)),
      at(chapter[2]),
    );
  }
}

const complete = (all: readonly Told[]) => ({
  source: all
    .map(({ id }) => ({ source: `/solutions/${id}`, sequence: '6', events: '6' }))
    .toSorted(bySource),
  outage: all.map(({ operationId }) => ({ operation_id: operationId, down_at: at(3), up_at: at(5) })),
});
const bySource = (a: { source: string }, b: { source: string }): number => (a.source < b.source ? -1 : 1);

async function expectComplete(
  rows: (table: string) => Promise<Record<string, unknown>[]>,
  all: readonly Told[],
): Promise<void> {
  const operations = await rows('operation');
  expect(new Set(operations.map(({ id }) => id))).toEqual(new Set(all.map(({ operationId }) => operationId)));
  for (const operation of operations) {
    const told = all.find(({ operationId }) => operationId === operation['id']);
    expect(operation).toMatchObject({
      solution_id: told?.id,
      key: told?.key,
      tickets: [`RITM-${told?.key ?? ''}`],
      state: 'completed',
      done: true,
      ended_at: at(11),
    });
  }
  expect(await rows('source')).toEqual(complete(all).source);
  expect(await rows('outage')).toEqual(expect.arrayContaining(complete(all).outage));
  expect(await rows('per_day')).toMatchObject([
    {
      day: '2026-11-01',
      kind: 'onboarding',
      asked: all.length,
      completed: all.length,
      open: 0,
      seconds_each: '10.0',
    },
  ]);
}

const everyoneIsDone = (pool: pg.Pool, count: number) => async (): Promise<boolean> => {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM reporting.source WHERE sequence = $1',
    [story.length],
  );
  return rows[0]?.n === count;
};

describe('The reporting example', () => {
  it('keeps its tables from the feed, killed again and again in the middle', async () => {
    const { service, db } = await startService();
    const { url, pool, rows } = await reportingDatabase();
    const all = Array.from({ length: 300 }, (_, n) => toldOf(n));
    const start = async (): Promise<Program> => {
      const reader = startReader('--feed', service.url, '--database', url);
      await reader.ready;
      return reader;
    };
    let reader = await start();
    for (let from = 0; from < all.length; from += 100) {
      await tell(db, all.slice(from, from + 100));
      const before = async (): Promise<number> => (await rows('source')).length;
      const seen = await before();
      await until(async () => (await before()) > seen, 'it reads');
      await reader.kill('SIGKILL');
      reader = await start();
    }
    await until(everyoneIsDone(pool, all.length), 'all are in the tables');
    await expectComplete(rows, all);
  });

  it('reads the operations when the feed no longer has what it missed, and goes on with what is kept', async () => {
    const { service, db } = await startService();
    const { url, pool, rows } = await reportingDatabase();
    const first = toldOf(1);
    await tell(db, [first]);
    const once = async (): Promise<void> => {
      const reader = startReader('--feed', service.url, '--database', url, '--once');
      await reader.ready;
      await new Promise((resolve) => reader.child.once('exit', resolve));
      expect(reader.child.exitCode).toBe(0);
    };
    await until(async () => {
      await once();
      return everyoneIsDone(pool, 1)();
    }, 'the first is read');
    const { href } = await service.call<{ href: string }>('POST', '/v1/solutions', {
      ...{ tenant: 'Environment', key: 'missed', interactionServer: 'IxnServer_Retail' },
      businessProcesses: ['Retail Inbound'],
    });
    const second = toldOf(2);
    await until(async () => {
      const { rows: left } = await db.query(
        `SELECT FROM event WHERE cursor IS NULL OR type LIKE '%started%'`,
      );
      return left.length > 1;
    }, 'it has begun');
    await db.query('DELETE FROM event');
    await tell(db, [second]);
    await until(async () => {
      await once();
      return everyoneIsDone(pool, 2)();
    }, 'the second is read');
    const ids = (await rows('operation')).map(({ id }) => id);
    expect(ids).toContain(href.split('/').at(-1));
    expect(ids).toEqual(expect.arrayContaining([first.operationId, second.operationId]));
    expect(ids).toHaveLength(3);
  });

  it.skipIf(!hasKafka)(
    'has the same tables from Kafka, where everything is sent twice',
    async () => {
      const { brokers } = await startBroker();
      const { topicPrefix } = settingsFor(brokers);
      const { service, db } = await startService({
        KAFKA_BROKERS: brokers.join(','),
        KAFKA_TOPIC_PREFIX: topicPrefix,
      });
      const [fromFeed, fromKafka] = [await reportingDatabase(), await reportingDatabase()];
      const all = Array.from({ length: 200 }, (_, n) => toldOf(n));
      const topic = `${topicPrefix}.events.v1`;
      await insertEvents(db, [refused], at(0));
      await tell(db, all);
      const published = async (): Promise<number> =>
        Number((await db.query<{ published: string }>('SELECT published FROM relay')).rows[0]?.published);
      const events = all.length * story.length + 1;
      await until(async () => (await published()) === events, 'all are published');
      const args = ['--brokers', brokers.join(','), '--topic', topic, '--group', topicPrefix];
      const start = () => startReader(...args, '--database', fromKafka.url);
      const reader = start();
      startReader('--feed', service.url, '--database', fromFeed.url);
      await until(async () => (await fromKafka.rows('source').catch(() => [])).length > 0, 'it reads');
      await reader.kill('SIGKILL');
      // A relay that does not know how far it came sends all of it again.
      await db.query('UPDATE relay SET published = 0');
      await insertEvents(db, [eventOf(toldOf(999), story[0]!)], at(0));
      await until(async () => (await published()) === events + 1, 'all are published again');
      start();
      const admin = makeKafka(settingsFor(brokers), silent).admin();
      await admin.connect();
      onTestFinished(() => admin.disconnect());
      const left = async (): Promise<number> => {
        const ends = await admin.fetchTopicOffsets(topic);
        const [group] = await admin.fetchOffsets({ groupId: topicPrefix, topics: [topic] });
        const taken = (group?.partitions ?? []).reduce(
          (sum, { offset }) => sum + Math.max(0, Number(offset)),
          0,
        );
        const sent = ends.reduce((sum, { offset }) => sum + Number(offset), 0);
        expect(sent).toBeGreaterThanOrEqual(2 * events);
        return sent - taken;
      };
      await until(async () => (await left()) === 0, 'it has read everything, twice');
      await until(async () => (await fromFeed.rows('source')).length === all.length + 1, 'the feed is read');
      for (const table of ['source', 'operation', 'outage', 'refused', 'solution', 'per_day'])
        expect(await fromKafka.rows(table)).toEqual(await fromFeed.rows(table));
      expect(await fromKafka.rows('refused')).toMatchObject([
        { code: 'invalid-request', correlation_id: 'RITM0' },
      ]);
      const sources = await fromKafka.rows('source');
      expect(sources.filter(({ sequence, events: seen }) => sequence !== seen)).toEqual([]);
      expect(await fromKafka.rows('outage')).toHaveLength(all.length);
    },
    120_000,
  );
});
