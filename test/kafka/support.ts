import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Admin, Kafka, KafkaMessage } from 'kafkajs';
import kafkajs from 'kafkajs';
import { pino, type Logger } from 'pino';
import { expect, onTestFinished } from 'vitest';
import type { Header } from '../../src/messaging/headers.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import type { KafkaSettings, TopicNames } from '../../src/messaging/kafka/settings.js';
import { topicNames } from '../../src/messaging/kafka/settings.js';
import type { CommandResult, IncomingCommand } from '../../src/messaging/incoming-command.js';
import { CommandInbox } from '../../src/messaging/incoming-command.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { Messaging } from '../../src/messaging/messaging.js';
import type { World } from '../messaging/support.js';
import { eventOf, silent } from '../messaging/support.js';

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

export function startMessaging(world: World, kafka: KafkaSettings | null, log: Logger = silent): Messaging {
  const messaging = new Messaging(world.db, world.wake, log, {
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

/** A record as another client would write it: headers in their order, a name more than once, some without a value. */
export interface SentRecord {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: readonly Header[];
  readonly timestamp?: string;
}

/** A record as it was read, with its headers as they were sent. */
export type SeenRecord = KafkaMessage & {
  readonly partition: number;
  readonly headerList: readonly (readonly [name: string | Buffer, value: Buffer | null])[];
};

/** A client of the test's own, for the other side of the topics. */
export interface OtherSide {
  readonly kafka: Kafka;
  readonly topics: TopicNames;
  /** Sends records as they are, in their order. */
  readonly send: (...messages: (kafkajs.Message | SentRecord)[]) => Promise<void>;
  /** Follows a topic from its beginning. */
  readonly follow: (topic: string) => Promise<SeenRecord[]>;
  /** Sum over the partitions of the commands topic of what the group has committed; -1 where the broker does not say. */
  readonly committed: () => Promise<number>;
  /** Whether all three are there. */
  readonly hasTopics: () => Promise<boolean>;
}

/** Below what a topic takes as one batch. */
const BATCH_BYTES = 900_000;

export function otherSide(settings: KafkaSettings): OtherSide {
  const kafka = makeKafka(settings, silent);
  const topics = topicNames(settings);
  let admin: Admin | null = null;
  const asked = async (): Promise<Admin> => {
    if (admin === null) {
      const made = (admin = kafka.admin());
      onTestFinished(() => made.disconnect());
    }
    await admin.connect();
    return admin;
  };
  return {
    kafka,
    topics,
    async send(...messages) {
      // Idempotent: a topic that is just being made takes some partitions of a request and not others, and all is sent again.
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1000 },
      });
      await producer.connect();
      try {
        for (const batch of inBatches(messages))
          await producer.send({ topic: topics.commands, messages: batch as kafkajs.Message[] });
      } finally {
        await producer.disconnect();
      }
    },
    async follow(topic) {
      const seen: SeenRecord[] = [];
      const consumer = kafka.consumer({
        groupId: `follower-${randomUUID()}`,
        maxWaitTimeInMs: 100,
        retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1000 },
      });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: ({ message, partition }) => {
          seen.push({ ...message, partition } as SeenRecord);
          return Promise.resolve();
        },
      });
      onTestFinished(() => consumer.disconnect());
      return seen;
    },
    async committed() {
      try {
        const [offsets] = await (
          await asked()
        ).fetchOffsets({ groupId: settings.groupId, topics: [topics.commands] });
        return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
      } catch {
        return -1; // a group that is just being made has no coordinator yet
      }
    },
    async hasTopics() {
      const there = await (await asked()).listTopics();
      return Object.values(topics).every((topic) => there.includes(String(topic)));
    },
  };
}

function inBatches(messages: readonly (kafkajs.Message | SentRecord)[]) {
  const batches: (kafkajs.Message | SentRecord)[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size =
      JSON.stringify(message.headers ?? {}).length +
      (message.value?.length ?? 0) +
      (message.key?.length ?? 0);
    bytes += size;
    if (bytes > BATCH_BYTES) {
      batches.push([]);
      bytes = size;
    }
    batches.at(-1)?.push(message);
  }
  return batches;
}

/** Five solutions whose events are written one of each at a time, and how far they have come. */
export class Stream {
  private readonly solutions = Array.from({ length: 5 }, () => randomUUID());
  /** Events of each so far. */
  private each = 0;

  constructor(private readonly place: World) {}

  get written(): number {
    return this.each * this.solutions.length;
  }

  async write(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      this.each += 1;
      const events = this.solutions.map((id) => eventOf(id, this.each));
      await insertEvents(this.place.db, events, new Date());
      this.place.wake.notify('event');
    }
  }

  async published(): Promise<number> {
    const { rows } = await this.place.pool.query<{ published: string }>('SELECT published FROM relay');
    return Number(rows[0]?.published);
  }

  isComplete(seen: readonly SeenRecord[]): boolean {
    return this.solutions.every((id) => new Set(sequencesOf(id, seen)).size === this.each);
  }

  /** A batch may come twice; without what was seen before, the order of each solution is whole. */
  expectInOrder(seen: readonly SeenRecord[]): void {
    const inOrder = Array.from({ length: this.each }, (_, index) => index + 1);
    for (const id of this.solutions) expect([...new Set(sequencesOf(id, seen))]).toEqual(inOrder);
  }
}

const sequencesOf = (id: string, seen: readonly SeenRecord[]): number[] =>
  seen
    .filter(({ headers }) => String(headers?.['ce_source']) === `/solutions/${id}`)
    .map(({ headers }) => Number(String(headers?.['ce_sequence'])));

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

/** Lines of the log, as it is written. */
export function recordingLog(level: 'info' | 'warn' = 'warn'): { lines: { msg: string }[]; log: Logger } {
  const lines: { msg: string }[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    lines.push(JSON.parse(chunk.toString()) as { msg: string });
    done();
  };
  return { lines, log: pino({ level }, new Writable({ write })) };
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
