import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { Database } from '../database/database.js';
import type { Wake } from '../database/wake.js';
import type { BrokerStatus } from './broker.js';
import { CommandBatches } from './command-batches.js';
import { Feed } from './feed.js';
import type { CommandInbox } from './incoming-command.js';
import { makeKafka } from './kafka/client.js';
import { CommandConsumer, SESSION_MS } from './kafka/command-consumer.js';
import { GroupLag } from './kafka/group-lag.js';
import { KafkaBroker } from './kafka/kafka-broker.js';
import { KafkaProducer } from './kafka/kafka-producer.js';
import type { KafkaSettings, TopicNames } from './kafka/settings.js';
import { topicNames } from './kafka/settings.js';
import type { Lagging } from './lag.js';
import { readEventLag, type EventLag } from './read-lag.sql.js';
import { Relay, RELAY_DEFAULTS } from './relay.js';

export interface MessagingOptions {
  /** null: events go to the feed only. */
  readonly kafka: KafkaSettings | null;
  /** True on the embedded database, which one process holds. */
  readonly soleProcess: boolean;
  /** Random, new for each process. */
  readonly owner: string;
  readonly monotonicMs: () => number;
  readonly now: () => Date;
  readonly random: () => number;
}

interface KafkaSide {
  readonly client: Kafka;
  readonly settings: KafkaSettings;
  readonly topics: TopicNames;
  readonly producer: KafkaProducer;
  readonly broker: KafkaBroker;
  readonly groupLag: GroupLag;
}

const COMMAND_LAG_LIMIT = 10_000;

/** Line one's way in from the broker and line three, put together. */
export class Messaging implements Lagging {
  readonly feed: Feed;
  readonly relay: Relay;
  private readonly kafka: KafkaSide | null;
  private consumer: CommandConsumer | null = null;

  constructor(
    private readonly db: Database,
    wake: Wake,
    private readonly log: Logger,
    private readonly options: MessagingOptions,
  ) {
    this.kafka = options.kafka === null ? null : connectLater(options.kafka, log, options);
    this.relay = new Relay(db, wake, this.kafka?.broker ?? null, log, { ...RELAY_DEFAULTS, ...options });
    this.feed = new Feed(db, wake, { pollMs: RELAY_DEFAULTS.pollMs, monotonicMs: options.monotonicMs });
  }

  start(): void {
    this.kafka?.producer.start();
    this.relay.start();
  }

  /** Commands from the broker, if there is one, into the inbox. */
  consume(inbox: CommandInbox): void {
    if (this.kafka === null) return;
    const { client, producer, broker, settings, topics, groupLag } = this.kafka;
    const { now, random, monotonicMs } = this.options;
    producer.start();
    const batches = new CommandBatches(inbox, broker, this.log, now, random);
    this.consumer = new CommandConsumer(client, producer, batches, groupLag, this.log, {
      groupId: settings.groupId,
      topic: topics.commands,
      sessionMs: SESSION_MS,
      monotonicMs,
      random,
    });
    this.consumer.start();
  }

  /** No more commands, waiting readers answered; what is in the air ends. */
  async stopIntake(): Promise<void> {
    this.feed.close();
    await this.consumer?.stop();
  }

  /** After the last writer of events has stopped. */
  async stop(): Promise<void> {
    await this.relay.stop();
    await this.kafka?.groupLag.close();
    await this.kafka?.producer.stop();
  }

  /** The first thing that is in the way. */
  status(): BrokerStatus {
    const all = [this.kafka?.producer.status(), this.relay.status(), this.consumer?.status()];
    return all.find((one) => one?.ok === false) ?? { ok: true };
  }

  get hasBroker(): boolean {
    return this.kafka !== null;
  }

  eventLag(): Promise<EventLag> {
    return readEventLag(this.db);
  }

  commandLag(): Promise<number> {
    if (this.kafka === null) return Promise.resolve(0);
    return this.kafka.groupLag.position().then(({ behind }) => behind);
  }

  get commandLagLimit(): number {
    return this.kafka?.settings.commandLagLimit ?? COMMAND_LAG_LIMIT;
  }
}

function connectLater(
  settings: KafkaSettings,
  log: Logger,
  { random, monotonicMs }: MessagingOptions,
): KafkaSide {
  const client = makeKafka(settings, log);
  const topics = topicNames(settings);
  const producer = new KafkaProducer(client, settings, log, random, monotonicMs);
  const groupLag = new GroupLag(client, { groupId: settings.groupId, topic: topics.commands, monotonicMs });
  return { client, settings, topics, producer, broker: new KafkaBroker(producer, topics), groupLag };
}
