import type { Admin, ITopicConfig } from 'kafkajs';
import { messageOf } from '../../errors.js';
import { pause } from '../doorbell.js';
import { readTopics, unfit } from './check-topics.js';
import type { KafkaSettings, TopicNames } from './settings.js';
import { topicNames } from './settings.js';

const PARTITIONS = 12;
/** A dead letter is a command and its reasons: as large as the largest command (1 MiB by default) and a bit. */
const DEAD_LETTER_BYTES = 2_097_152;

const never = new AbortController().signal;

/** Says which topics do not fit, all of them, and what to do; trying again helps once somebody has done it. */
export class TopicsError extends Error {}

/** Creates what is missing, if it may, and looks at what is there; changes nothing of it. @throws TopicsError */
export async function ensureTopics(admin: Admin, settings: KafkaSettings): Promise<void> {
  const names = topicNames(settings);
  const there = new Set(await admin.listTopics());
  const missing = wantedTopics(names, settings).filter(({ topic }) => !there.has(topic));
  if (missing.length > 0) {
    if (settings.topics === 'check') {
      const list = missing.map(({ topic }) => topic).join(', ');
      throw new TopicsError(`topics are missing: ${list}; create them, or set KAFKA_TOPICS=create`);
    }
    await create(admin, missing);
  }
  const faults = unfit(names, settings, await readTopics(admin, names));
  if (faults.length > 0) throw new TopicsError(faults.join('; '));
}

function wantedTopics(names: TopicNames, settings: KafkaSettings): ITopicConfig[] {
  const { partitions = PARTITIONS, replication, retentionMs = {} } = settings;
  const own: Record<keyof TopicNames, Record<string, string>> = {
    // Whatever senders pack with is unpacked by the broker, which then also sees how large it is.
    commands: { 'compression.type': 'uncompressed' },
    events: {},
    deadLetters: { 'max.message.bytes': String(DEAD_LETTER_BYTES) },
  };
  return (['commands', 'events', 'deadLetters'] as const).map((which) => {
    const kept = retentionMs[which];
    const config = {
      'cleanup.policy': 'delete',
      ...own[which],
      ...(kept === undefined ? {} : { 'retention.ms': String(kept) }),
    };
    return {
      topic: names[which],
      numPartitions: partitions,
      ...(replication === undefined ? {} : { replicationFactor: replication }),
      configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
    };
  });
}

/** Another replica may create the same ones at this moment. */
async function create(admin: Admin, missing: ITopicConfig[]): Promise<void> {
  try {
    await admin.createTopics({ topics: missing, waitForLeaders: false });
  } catch (error) {
    throw new TopicsError(
      `topics cannot be created: ${whyNot(error)}; mend what it says, create them yourself, or see KAFKA_TOPIC_PARTITIONS and KAFKA_TOPIC_REPLICATION`,
    );
  }
  await untilThere(
    admin,
    missing.map(({ topic }) => topic),
  );
}

/** kafkajs says "Topic creation errors", and has the reasons inside. */
function whyNot(error: unknown): string {
  const { errors } = error as { errors?: readonly { topic?: string; message: string }[] };
  if (errors === undefined) return messageOf(error);
  return errors.map(({ topic, message }) => `${topic ?? '?'}: ${message}`).join('; ');
}

/** A topic is known to the broker some time after it was made; kafkajs's own waiting gives up at the first "unknown". */
async function untilThere(admin: Admin, topics: string[]): Promise<void> {
  for (let asked = 1; ; asked++) {
    try {
      const found = await admin.fetchTopicMetadata({ topics });
      if (found.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
      if (asked === 50) return;
    } catch (error) {
      if (asked === 50) throw error;
    }
    await pause(100, never);
  }
}
