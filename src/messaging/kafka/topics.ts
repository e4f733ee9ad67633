import kafkajs from 'kafkajs';
import type { Admin, ITopicConfig } from 'kafkajs';
import { pause } from '../doorbell.js';
import type { KafkaSettings } from './settings.js';
import { topicNames } from './settings.js';

const PARTITIONS = 12;
/** A dead letter is a command and its reasons: as large as the largest command (1 MiB by default) and a bit. */
const DEAD_LETTER_BYTES = 2_097_152;

const never = new AbortController().signal;

/** Says which topic does not fit and what to do; trying again helps once somebody has done it. */
export class TopicsError extends Error {}

/** @throws TopicsError */
export async function ensureTopics(admin: Admin, settings: KafkaSettings): Promise<void> {
  const { commands, events, deadLetters } = topicNames(settings);
  const wanted: ITopicConfig[] = [
    { topic: commands, numPartitions: PARTITIONS },
    { topic: events, numPartitions: PARTITIONS },
    {
      topic: deadLetters,
      numPartitions: PARTITIONS,
      configEntries: [{ name: 'max.message.bytes', value: String(DEAD_LETTER_BYTES) }],
    },
  ];
  const there = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !there.has(topic));
  if (missing.length > 0 && settings.topics === 'check') {
    const names = missing.map(({ topic }) => topic).join(', ');
    throw new TopicsError(`topics are missing: ${names}; create them, or set KAFKA_TOPICS=create`);
  }
  // Replication is left out: the broker's default. Another replica may create the same ones at this moment.
  if (missing.length > 0) {
    await admin.createTopics({ topics: missing, waitForLeaders: false });
    await untilThere(
      admin,
      missing.map(({ topic }) => topic),
    );
  }
  await checkSizes(admin, commands, deadLetters);
}

/** A topic is known to the broker some time after it was made; kafkajs's own waiting gives up at the first "unknown". */
async function untilThere(admin: Admin, topics: string[]): Promise<void> {
  for (let asked = 1; ; asked++) {
    try {
      await admin.fetchTopicMetadata({ topics });
      return;
    } catch (error) {
      if (asked === 50) throw error;
    }
    await pause(100, never);
  }
}

/** A dead letter that its topic refuses would hold its partition for ever. */
async function checkSizes(admin: Admin, commands: string, deadLetters: string): Promise<void> {
  const topics = [commands, deadLetters];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: ['max.message.bytes'],
    })),
  });
  const bytes = (topic: string): number =>
    Number(resources.find(({ resourceName }) => resourceName === topic)?.configEntries[0]?.configValue);
  if (bytes(deadLetters) < bytes(commands) + 65_536) {
    throw new TopicsError(
      `max.message.bytes of ${deadLetters} (${bytes(deadLetters)}) must exceed that of ${commands} (${bytes(commands)}) by 64 KiB`,
    );
  }
}
