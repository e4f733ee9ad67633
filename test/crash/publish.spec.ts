import { beforeAll, describe, expect, it, vi } from 'vitest';
import { silent } from '../messaging/support.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import { topicNames } from '../../src/messaging/kafka/settings.js';
import { desired } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import { settingsFor } from '../kafka/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { freshDatabase } from '../support/postgres.js';
import type { Operation } from './crash-lab.js';
import { CrashLab, onboard } from './crash-lab.js';
import { pointsFile, pointsIn } from './kill.js';
import type { ServiceProcess } from './service-process.js';

// A broker, and two processes a case.
vi.setConfig({ testTimeout: 240_000 });

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
});

const points = [
  'stamp:after#2',
  'publish:before#1',
  'publish:after#3',
  'advance:before#2',
  'advance:after#1',
];

const isEnd = /\.operation\.(completed|failed|cancelled)\.v1$/;

/** Fails at its first step, whoever else is at work: a few events, and nothing at the platform. */
const inVain = (n: number): object => ({
  target: 'lab',
  tenant: 'Environment',
  key: `in-vain-${n}`,
  interactionServer: `IxnServer_Nowhere_${n}`,
  businessProcesses: [`Nowhere ${n}`],
});

/** How many sends the events of one operation become is a matter of pace: it is fed until it dies of its point. */
async function fedUntilKilled(lab: CrashLab, victim: ServiceProcess): Promise<void> {
  await onboard(victim, desired()).catch(() => undefined);
  for (let n = 1; victim.isRunning; n += 1) {
    const body = inVain(n);
    await victim
      .call<Operation>('POST', '/v1/solutions', body)
      .then(({ href }) => lab.untilDone(victim, href))
      .catch((error: unknown) => {
        if (victim.isRunning && !String(error).includes('fetch failed')) throw error;
      });
  }
  expect(pointsIn(pointsFile(lab)).at(-1)?.isIt, 'it died where it should').toBe(true);
}

interface FeedEvent {
  readonly source: string;
  readonly sequence: string;
  readonly type: string;
}

const feedOf = async (service: ServiceProcess): Promise<FeedEvent[]> =>
  (await service.call<{ events: FeedEvent[] }>('GET', '/v1/events?limit=500')).events;

/** source → its sequences, in the order in which they came. */
function bySource(events: readonly FeedEvent[]): Map<string, number[]> {
  const sequences = new Map<string, number[]>();
  for (const { source, sequence } of events) {
    const list = sequences.get(source) ?? [];
    sequences.set(source, [...list, Number(sequence)]);
  }
  return sequences;
}

describe.skipIf(!hasKafka)('Killed on the way of events to Kafka', () => {
  it.concurrent.each(points)('at %s, all of them arrive, in their order', async (point) => {
    const database = await freshDatabase();
    const kafka = settingsFor(brokers);
    const lab = await CrashLab.replicas(database.url);
    const env = {
      KAFKA_BROKERS: brokers.join(),
      KAFKA_TOPIC_PREFIX: kafka.topicPrefix,
      KAFKA_GROUP_ID: kafka.groupId,
    };
    const reader = makeKafka(kafka, silent).consumer({
      groupId: `${kafka.groupId}-reader`,
      retry: { retries: 30 },
    });
    try {
      const victim = await lab.start({ ...env, POINT: point, POINT_LOG: pointsFile(lab) });
      await fedUntilKilled(lab, victim);
      const next = await lab.start(env);
      const { href } = await onboard(next, desired());
      expect((await lab.untilDone(next, href)).state).toBe('completed');
      const { items } = await next.call<{ items: Operation[] }>('GET', '/v1/operations?limit=100');
      for (const operation of items) await lab.untilDone(next, operation.href);
      const feed = await until('the feed has the end of each', async () => {
        const events = await feedOf(next);
        return events.filter(({ type }) => isEnd.test(type)).length === items.length ? events : null;
      });
      const seen: FeedEvent[] = [];
      await reader.connect();
      await reader.subscribe({ topic: topicNames(kafka).events, fromBeginning: true });
      await reader.run({
        eachMessage: ({ message: { headers = {} } }) => {
          const [source, sequence, type] = ['ce_source', 'ce_sequence', 'ce_type'].map((n) =>
            String(headers[n]),
          );
          seen.push({ source, sequence, type } as FeedEvent);
          return Promise.resolve();
        },
      });
      const idOf = ({ source, sequence }: FeedEvent): string => `${source} ${Number(sequence)}`;
      await until(
        'Kafka has all that the feed has',
        () => Promise.resolve(feed.every((event) => seen.some((one) => idOf(one) === idOf(event)))),
        60_000,
      );
      // At least once: a reader drops a number it has seen; then there is no gap and no disorder.
      for (const [source, sequences] of bySource(seen)) {
        const fresh = sequences.filter((n, index) => n > Math.max(0, ...sequences.slice(0, index)));
        expect([source, fresh]).toEqual([source, fresh.map((_, index) => index + 1)]);
      }
      expect(new Set(seen.map(idOf))).toEqual(new Set(feed.map(idOf)));
    } finally {
      await reader.disconnect();
      await lab.close();
      await database.drop();
    }
  });
});
