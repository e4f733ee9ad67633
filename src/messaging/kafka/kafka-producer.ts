import kafkajs from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.js';
import { backoffMs } from '../backoff.js';
import type { BrokerStatus } from '../broker.js';
import { pause } from '../doorbell.js';
import { SEND_RETRY } from './client.js';
import { rememberingPartitioner } from './remembering-partitioner.js';
import type { ProducedMessage } from './produce-request.js';
import type { KafkaSettings } from './settings.js';
import { ensureTopics } from './topics.js';

/**
 * One idempotent producer, connected in the background: the service runs without, and says so. After any failure it
 * is thrown away and another one connected, because a kafkajs producer whose connect failed sends without
 * idempotence and one whose send failed may have lost count of its sequence numbers.
 */
export class KafkaProducer {
  private readonly stopping = new AbortController();
  private producer: Producer | null = null;
  private reason = 'not connected yet';
  private connecting: Promise<void> | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly settings: KafkaSettings,
    private readonly log: Logger,
    private readonly random: () => number,
  ) {}

  start(): void {
    this.connecting ??= this.connect();
  }

  /** Resolves when it is connected and the topics are there, or stopped. */
  async ready(): Promise<void> {
    await this.connecting;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.connecting;
    await this.discard('stopped');
  }

  status(): BrokerStatus {
    return this.producer === null ? { ok: false, reason: `Kafka: ${this.reason}` } : { ok: true };
  }

  /**
   * Resolves when all in-sync replicas have them.
   * @param messages headers may be a list too, which keeps their order
   * @throws when some may not be there
   */
  async send(
    topic: string,
    messages: readonly ProducedMessage[],
    compression = kafkajs.CompressionTypes.None,
  ): Promise<void> {
    const { producer } = this;
    if (producer === null) throw new Error(`Kafka: ${this.reason}`);
    try {
      await producer.send({
        topic,
        acks: -1,
        compression,
        messages: messages as Message[],
      });
    } catch (error) {
      if (this.producer === producer && !this.stopping.signal.aborted) {
        await this.discard(messageOf(error));
        this.connecting = this.connect();
      }
      throw error;
    }
  }

  private async discard(reason: string): Promise<void> {
    const { producer } = this;
    this.producer = null;
    this.reason = reason;
    await producer?.disconnect().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.prepareTopics();
        this.producer = await this.connected();
        this.log.info({ brokers: this.settings.brokers }, 'connected to Kafka');
        return;
      } catch (error) {
        const reason = messageOf(error);
        if (failures === 0 || reason !== this.reason) this.log.warn({ err: error }, `no Kafka: ${reason}`);
        this.reason = reason;
        await pause(250 + backoffMs(failures, 250, 5000, this.random), signal);
      }
    }
  }

  private async prepareTopics(): Promise<void> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      await ensureTopics(admin, this.settings);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  private async connected(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1, // more would lose order when one of them is retried
      allowAutoTopicCreation: false,
      createPartitioner: rememberingPartitioner,
      retry: SEND_RETRY,
    });
    const asked = new Set<string>();
    producer.on(producer.events.REQUEST, ({ payload }) => {
      asked.add(payload.apiName);
    });
    try {
      await producer.connect();
      if (!asked.has('InitProducerId'))
        throw new Error('the producer has no producer id: it would send without idempotence');
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }
}
