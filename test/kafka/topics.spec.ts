import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import type { KafkaSettings, TopicNames } from '../../src/messaging/kafka/settings.js';
import { until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { otherSide, settingsFor, startMessaging } from './support.js';

const { ConfigResourceTypes } = kafkajs;
const names = (topics: TopicNames): string[] => [topics.commands, topics.events, topics.deadLetters];
let brokers: string[];
// In a hook: on a fresh machine the jars are fetched first.
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

describe.skipIf(!hasKafka)('topics', { timeout: 300_000 }, () => {
  it('are created with 12 partitions, again without harm, and room for a dead letter', async () => {
    const settings = settingsFor(brokers);
    const { kafka, topics } = otherSide(settings);
    const admin = kafka.admin();
    await admin.connect();
    await Promise.all([1, 2].map(() => ensureTopics(admin, settings)));
    await ensureTopics(admin, { ...settings, topics: 'check' });
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names(topics) });
    expect(found.map(({ partitions }) => partitions.length)).toEqual([12, 12, 12]);
    await admin.disconnect();
  });

  it('that are missing or too small are named, and come into use once somebody has made them', async () => {
    const place = await world();
    const settings = settingsFor(brokers, { topics: 'check' });
    const messaging = startMessaging(place, settings);
    const reason = (): string => (messaging.status() as { reason?: string }).reason ?? '';
    await until(() => reason().includes('missing'), 'says so');
    const { kafka, topics } = otherSide(settings);
    for (const topic of names(topics)) expect(reason()).toContain(topic);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: names(topics).map((topic) => ({ topic })), waitForLeaders: false });
    await until(() => reason().includes('max.message.bytes'), 'says so');
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topics.deadLetters,
          configEntries: [{ name: 'max.message.bytes', value: '3000000' }],
        },
      ],
    });
    await admin.disconnect();
    await until(() => messaging.status().ok, 'in use');
  });

  it('are created with the partitions, copies and retention that are set', async () => {
    const settings = settingsFor(brokers, {
      partitions: 3,
      replication: 1,
      retentionMs: { commands: 86_400_000, events: -1 },
    });
    const { kafka, topics } = otherSide(settings);
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await ensureTopics(admin, settings);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names(topics) });
    expect(found.map(({ partitions }) => partitions.length)).toEqual([3, 3, 3]);
    const configNames = ['retention.ms', 'cleanup.policy', 'compression.type'];
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: names(topics).map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames })),
    });
    const config = resources.map(({ configEntries }) =>
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    );
    expect(config).toMatchObject([
      { 'retention.ms': '86400000', 'cleanup.policy': 'delete', 'compression.type': 'uncompressed' },
      { 'retention.ms': '-1', 'cleanup.policy': 'delete' },
      { 'cleanup.policy': 'delete' },
    ]);
  });

  it('that are there and do not fit are all named, with what to change, and nothing of them is changed', async () => {
    const there = settingsFor(brokers, { partitions: 2 });
    const { kafka, topics } = otherSide(there);
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await ensureTopics(admin, there);
    const wanted: KafkaSettings = { ...there, partitions: 6, replication: 3, retentionMs: { events: -1 } };
    for (const mode of ['create', 'check'] as const) {
      const failure = await ensureTopics(admin, { ...wanted, topics: mode }).catch(
        (error: unknown) => error as Error,
      );
      expect(failure?.message).toContain(
        `${topics.events} has 2 partitions, KAFKA_TOPIC_PARTITIONS asks for 6`,
      );
      expect(failure?.message).toContain(
        `${topics.commands} has 1 replicas, KAFKA_TOPIC_REPLICATION asks for 3`,
      );
      expect(failure?.message).toContain(`${topics.events} keeps records`);
    }
    await ensureTopics(admin, { ...there, topics: 'check' });
  });

  it('that the broker will not make are named with its reason, in readiness', async () => {
    const messaging = startMessaging(await world(), settingsFor(brokers, { replication: 3 }));
    const reason = (): string => (messaging.status() as { reason?: string }).reason ?? '';
    await until(() => reason().includes('cannot be created'), 'says so');
    expect(reason()).toMatch(/replication.factor is invalid/i);
    expect(reason()).toContain('KAFKA_TOPIC_REPLICATION');
  });
});
