import kafkajs from 'kafkajs';
import type { Admin } from 'kafkajs';
import { messageOf } from '../../errors.js';
import type { KafkaSettings, TopicNames } from './settings.js';

/** The relay's batches, with room to spare. */
const EVENT_BYTES = 1_000_000;
/** What is added to a command when it is set aside. */
const REASON_BYTES = 65_536;

const settingsRead = ['max.message.bytes', 'retention.ms', 'cleanup.policy', 'min.insync.replicas'] as const;

export interface FoundTopic {
  readonly partitions: number;
  /** Of the partition that has fewest. */
  readonly replication: number;
  readonly config: Readonly<Record<(typeof settingsRead)[number], string>>;
}

export type FoundTopics = Readonly<Record<keyof TopicNames, FoundTopic>>;

/** How the topics are now. */
export async function readTopics(admin: Admin, names: TopicNames): Promise<FoundTopics> {
  const topics = Object.values(names) as string[];
  const metadata = await admin.fetchTopicMetadata({ topics });
  const { resources } = await admin
    .describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: [...settingsRead],
      })),
    })
    .catch((error: unknown) => {
      throw new Error(
        `the settings of the topics cannot be read (right DescribeConfigs): ${messageOf(error)}`,
      );
    });
  const found = (topic: string): FoundTopic => {
    const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions ?? [];
    const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? [];
    const config = entries.map(({ configName, configValue }) => [configName, configValue] as const);
    return {
      partitions: partitions.length,
      replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      config: Object.fromEntries(config) as FoundTopic['config'],
    };
  };
  return {
    commands: found(names.commands),
    events: found(names.events),
    deadLetters: found(names.deadLetters),
  };
}

/** Everything about the topics that would lose, hold up or refuse records, or is less than what was asked for. Pure. */
export function unfit(names: TopicNames, settings: KafkaSettings, found: FoundTopics): string[] {
  const each = (['commands', 'events', 'deadLetters'] as const).flatMap((which) =>
    unfitAlone(names[which], settings, settings.retentionMs?.[which], found[which]),
  );
  return [...each, ...unfitSizes(names, found)];
}

function unfitAlone(
  name: string,
  { partitions, replication }: KafkaSettings,
  retentionMs: number | undefined,
  found: FoundTopic,
): string[] {
  const faults: string[] = [];
  const { config } = found;
  if (partitions !== undefined && found.partitions < partitions)
    faults.push(
      `${name} has ${found.partitions} partitions, KAFKA_TOPIC_PARTITIONS asks for ${partitions}: add them, or set it to ${found.partitions}`,
    );
  if (replication !== undefined && found.replication < replication)
    faults.push(
      `${name} has ${found.replication} replicas, KAFKA_TOPIC_REPLICATION asks for ${replication}: reassign its partitions, or set it to ${found.replication}`,
    );
  if (retentionMs !== undefined && lessThan(Number(config['retention.ms']), retentionMs))
    faults.push(
      `${name} keeps records ${config['retention.ms']} ms (retention.ms), less than the ${retentionMs} asked for: raise it, or change the setting`,
    );
  if (config['cleanup.policy'] !== 'delete')
    faults.push(
      `cleanup.policy of ${name} is "${config['cleanup.policy']}": records of one solution would replace each other; set "delete"`,
    );
  if (Number(config['min.insync.replicas']) > found.replication)
    faults.push(
      `min.insync.replicas of ${name} is ${config['min.insync.replicas']} with ${found.replication} replicas: nothing could ever be written; lower it or add replicas`,
    );
  return faults;
}

/** Milliseconds; −1 is for ever. */
const lessThan = (is: number, wanted: number): boolean => is !== -1 && (wanted === -1 || is < wanted);

/** A dead letter that its topic refuses would hold its partition for ever, and an event the relay. */
function unfitSizes(names: TopicNames, { commands, events, deadLetters }: FoundTopics): string[] {
  const bytes = ({ config }: FoundTopic): number => Number(config['max.message.bytes']);
  const faults: string[] = [];
  if (bytes(deadLetters) < bytes(commands) + REASON_BYTES)
    faults.push(
      `max.message.bytes of ${names.deadLetters} (${bytes(deadLetters)}) must exceed that of ${names.commands} (${bytes(commands)}) by 64 KiB`,
    );
  if (bytes(events) < EVENT_BYTES)
    faults.push(`max.message.bytes of ${names.events} (${bytes(events)}) must be ${EVENT_BYTES} at least`);
  return faults;
}
