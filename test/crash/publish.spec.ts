import { beforeAll, describe, expect, it, vi } from 'vitest';
import { silent } from '../messaging/support.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import { topicNames } from '../../src/messaging/kafka/settings.js';
import { desired } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import { settingsFor } from '../kafka/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { freshDatabase } from '../support/postgres.js';
import { CrashLab, onboard } from './crash-lab.js';
import { pointsFile, pointsIn } from './kill.js';

// A broker, and two processes a case.
vi.setConfig({ testTimeout: 240_000 });

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
});

const points = [
  'stamp:after#1',
  'publish:before#1',
  'publish:after#1',
  'publish:after#3',
  'advance:before#2',
  'advance:after#1',
];

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
      await onboard(victim, desired()).catch(() => undefined);
      await victim.ended;
      expect(pointsIn(pointsFile(lab)).at(-1)?.isIt).toBe(true);
      const next = await lab.start(env);
      const { href } = await onboard(next, desired());
      const { solution } = await lab.untilDone(next, href);
      const feed = await lab.sequences(next, solution.id);
      expect(feed).toEqual(feed.map((_, index) => index + 1));
      const seen: number[] = [];
      await reader.connect();
      await reader.subscribe({ topic: topicNames(kafka).events, fromBeginning: true });
      await reader.run({
        eachMessage: ({ message }) => {
          if (String(message.headers?.['ce_source']) === `/solutions/${solution.id}`)
            seen.push(Number(String(message.headers?.['ce_sequence'])));
          return Promise.resolve();
        },
      });
      await until('the last event', () => Promise.resolve(seen.includes(feed.length)), 60_000);
      // At least once: a reader drops a number it has seen; then there is no gap and no disorder.
      const fresh = seen.filter((sequence, index) => sequence > Math.max(0, ...seen.slice(0, index)));
      expect(fresh).toEqual(feed);
    } finally {
      await reader.disconnect();
      await lab.close();
      await database.drop();
    }
  });
});
