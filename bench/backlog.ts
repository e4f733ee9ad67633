import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { makeKafka } from '../src/messaging/kafka/client.js';
import { GroupLag } from '../src/messaging/kafka/group-lag.js';
import type { KafkaSettings } from '../src/messaging/kafka/settings.js';
import { mixed, ofSolution, poisons, recordsIn, sendBacklog } from './backlog-records.js';
import { unasked } from './kafka.js';
import { bundled, Lab, median, printFigures, runProgram, startTarget } from './lab.js';
import { kilobytes } from './processes.js';
import { withBroker } from './relay.js';

const sampleMs = 1_000;
const lines = 10;

/**
 * What lies in the topic when the service comes: commands that somebody's loop sent again and again, with poison in
 * between. Taken by the service as it starts (its saga is that of `kafka`), with its memory looked at all the while.
 */
export async function backlog(wanted: number): Promise<void> {
  const solutions = Math.ceil(wanted / ofSolution / mixed) * mixed;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-backlog-'));
  const targets = path.join(folder, 'targets.json');
  writeFileSync(targets, JSON.stringify({ targets: [unasked] }));
  try {
    await withBroker(async (brokers) => {
      const lab = await Lab.start();
      try {
        await lab.withDatabase('ours', (url) => take(url, brokers, targets, solutions));
      } finally {
        await lab.stop();
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function take(databaseUrl: string, brokers: string, targets: string, solutions: number): Promise<void> {
  const prefix = `bench-${randomUUID()}`;
  const own = { brokers: [brokers], groupId: prefix, topicPrefix: prefix, topics: 'create' } as const;
  const settings: KafkaSettings = { ...own, ssl: false, sasl: null };
  const client = makeKafka(settings, pino({ level: 'silent' }));
  const records = solutions * ofSolution;
  const sentMs = await timed(() => sendBacklog(client, settings, solutions));
  console.log(
    `${records} records wait: ${solutions} commands to carry out, ${solutions} to refuse, ${solutions * poisons} poison, ` +
      `${records - solutions * (2 + poisons)} repeats; sent in ${seconds(sentMs)} s`,
  );
  const target = await startTarget(0);
  const service = runProgram(bundled('kafka-service'), [target.url], {
    ...{ DATABASE_URL: databaseUrl, TARGETS: targets, LOG_LEVEL: 'error' },
    ...{ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix, KAFKA_GROUP_ID: prefix },
  });
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const groupLag = new GroupLag(client, {
    groupId: prefix,
    topic: `${prefix}.commands.v1`,
    monotonicMs: () => performance.now(),
  });
  try {
    await service.line('ready');
    const startMs = performance.now();
    const samples: number[] = [];
    let line = 0;
    for (let taken = 0; taken < records;) {
      await delay(sampleMs);
      if (service.child.exitCode !== null || service.child.signalCode !== null)
        throw new Error('the service has ended');
      samples.push(kilobytes(`/proc/${service.child.pid}/status`, 'VmRSS') / 1024);
      // A broker that is short of CPU loses its place for a moment; asked again it answers.
      taken = await groupLag.position().then(
        ({ behind }) => records - behind,
        () => taken,
      );
      const tenths = Math.floor((taken / records) * lines);
      if (tenths < line) continue;
      line = tenths + 1;
      console.log(
        `${seconds(performance.now() - startMs)} s: ${taken} taken, RSS ${samples.at(-1)?.toFixed(0)} MB`,
      );
    }
    const takenMs = performance.now() - startMs;
    await expectWhole(database, solutions, () => recordsIn(client, `${prefix}.commands.v1.dlq`));
    console.log(
      `nothing lost or doubled: each of ${solutions} carried out once, as many refused, all poison set aside, all events published ${seconds(performance.now() - startMs - takenMs)} s later`,
    );
    const tenth = Math.ceil(samples.length / lines);
    printFigures('backlog', {
      records_per_second: (records * 1_000) / takenMs,
      rss_mb_most: Math.max(...samples),
      rss_mb_second_tenth: median(samples.slice(tenth, 2 * tenth)),
      rss_mb_last_tenth: median(samples.slice(-tenth)),
    });
  } finally {
    await groupLag.close();
    await database.end();
    await service.kill('SIGTERM');
    await target.stop();
  }
}

/** @throws where anything is missing or there twice; waits for operations and events that are under way */
async function expectWhole(
  database: pg.Pool,
  solutions: number,
  letters: () => Promise<number>,
): Promise<void> {
  const { rows } = await database.query<Record<string, number>>(`
    SELECT (SELECT count(*)::int FROM operation) AS operations, (SELECT count(*)::int FROM inbox) AS inbox,
      (SELECT count(*)::int FROM event WHERE type LIKE '%.command.refused.v1') AS refused,
      (SELECT count(*)::int FROM event WHERE type LIKE '%.operation.accepted.v1') AS accepted`);
  const found = { ...rows[0], letters: await letters() };
  const expected = { operations: solutions, inbox: 2 * solutions, refused: solutions, accepted: solutions };
  const wrong = Object.entries(expected).some(([what, count]) => found[what as keyof typeof found] !== count);
  // At least once: a batch that is in the air while partitions move comes again, and its letters with it.
  if (wrong || found.letters < poisons * solutions)
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  const left = `SELECT (SELECT count(*)::int FROM event WHERE cursor IS NULL OR cursor > (SELECT published FROM relay))
    + (SELECT count(*)::int FROM operation WHERE state <> 'completed') AS left`;
  while ((await database.query<{ left: number }>(left)).rows[0]?.left !== 0) await delay(sampleMs);
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
