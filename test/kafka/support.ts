import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import kafkajs from 'kafkajs';
import { onTestFinished } from 'vitest';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import type { KafkaSettings, TopicNames } from '../../src/messaging/kafka/settings.js';
import { topicNames } from '../../src/messaging/kafka/settings.js';
import type { CommandResult, IncomingCommand } from '../../src/messaging/incoming-command.js';
import { CommandInbox } from '../../src/messaging/incoming-command.js';
import { Messaging } from '../../src/messaging/messaging.js';
import type { World } from '../messaging/support.js';
import { silent } from '../messaging/support.js';

/** Topics and a group of one's own on a broker that others use as well. */
export function settingsFor(brokers: string[], changes: Partial<KafkaSettings> = {}): KafkaSettings {
  const prefix = `test-${randomUUID()}`;
  return {
    brokers,
    ssl: false,
    sasl: null,
    groupId: prefix,
    topicPrefix: prefix,
    topics: 'create',
    ...changes,
  };
}

export function startMessaging(world: World, kafka: KafkaSettings | null): Messaging {
  const messaging = new Messaging(world.db, world.wake, silent, {
    kafka,
    soleProcess: false,
    owner: randomUUID(),
    monotonicMs: () => performance.now(),
    now: () => new Date(),
    random: Math.random,
  });
  onTestFinished(async () => {
    await messaging.stopIntake();
    await messaging.stop();
  });
  messaging.start();
  return messaging;
}

/** A client of the test's own, for the other side of the topics. */
export interface OtherSide {
  readonly kafka: Kafka;
  readonly topics: TopicNames;
  /** Sends records as they are. */
  readonly send: (...messages: kafkajs.Message[]) => Promise<void>;
  /** Follows a topic from its beginning. */
  readonly follow: (topic: string) => Promise<(KafkaMessage & { partition: number })[]>;
  /** Sum over the partitions of the commands topic of what the group has committed. */
  readonly committed: () => Promise<number>;
}

export function otherSide(settings: KafkaSettings): OtherSide {
  const kafka = makeKafka(settings, silent);
  const topics = topicNames(settings);
  return {
    kafka,
    topics,
    async send(...messages) {
      // Idempotent: a topic that is just being made takes some partitions of a request and not others, and all is sent again.
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      await producer.send({ topic: topics.commands, messages });
      await producer.disconnect();
    },
    async follow(topic) {
      const seen: (KafkaMessage & { partition: number })[] = [];
      const consumer = kafka.consumer({
        groupId: `follower-${randomUUID()}`,
        maxWaitTimeInMs: 100,
        retry: { retries: 30 },
      });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: ({ message, partition }) => {
          seen.push({ ...message, partition });
          return Promise.resolve();
        },
      });
      onTestFinished(() => consumer.disconnect());
      return seen;
    },
    async committed() {
      const admin = kafka.admin();
      await admin.connect();
      const [offsets] = await admin.fetchOffsets({ groupId: settings.groupId, topics: [topics.commands] });
      await admin.disconnect();
      return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    },
  };
}

/** Accepts everything; remembers every call. */
export class RecordingInbox extends CommandInbox {
  readonly commands: IncomingCommand[] = [];
  before: () => Promise<void> = () => Promise.resolve();

  async handle(commands: readonly IncomingCommand[]): Promise<CommandResult[]> {
    await this.before();
    this.commands.push(...commands);
    return commands.map(() => ({ outcome: 'accepted' }));
  }
}

/** A command in structured mode. */
export function commandMessage(
  id: string,
  key = 'lab/Environment/retail',
  data: unknown = { n: id },
): kafkajs.Message {
  const type = 'solution-onboarding.command.onboard.v1';
  return {
    key,
    value: JSON.stringify({ specversion: '1.0', id, source: '/ticketing', type, data }),
    headers: { 'content-type': 'application/cloudevents+json' },
  };
}
