import kafkajs from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.js';
import { backoffMs } from '../backoff.js';
import type { BrokerStatus } from '../broker.js';
import { pause } from '../doorbell.js';
import { NotSent, whyOf } from './broker-answer.js';
import { SEND_RETRY } from './client.js';
import { rememberingPartitioner } from './remembering-partitioner.js';
import type { ProducedMessage } from './produce-request.js';
import type { KafkaSettings } from './settings.js';
import { ensureTopics } from './topics.js';
import { within } from './within.js';

/** A broker that answers does within milliseconds, and one that restarts is back within some 15 s. */
const LATE_SECONDS = 20;
const DISCONNECT_MS = 3000;

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
  /** Of sends in the air, oldest first. */
  private readonly sentAtMs: number[] = [];

  constructor(
    private readonly kafka: Kafka,
    private readonly settings: KafkaSettings,
    private readonly log: Logger,
    private readonly random: () => number,
    private readonly monotonicMs: () => number,
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
    if (this.producer === null) return { ok: false, reason: `Kafka: ${this.reason}` };
    const [oldest] = this.sentAtMs;
    const seconds = oldest === undefined ? 0 : (this.monotonicMs() - oldest) / 1000;
    if (seconds < LATE_SECONDS) return { ok: true };
    return { ok: false, reason: `Kafka: no answer to what was sent ${Math.round(seconds)} s ago` };
  }

  /**
   * Resolves when all in-sync replicas have them.
   * @param messages headers may be a list too, which keeps their order
   * @throws when some may not be there; its message names what is in the way
   */
  async send(
    topic: string,
    messages: readonly ProducedMessage[],
    compression = kafkajs.CompressionTypes.None,
  ): Promise<void> {
    const { producer } = this;
    if (producer === null) throw new Error(`Kafka: ${this.reason}`);
    const sentAtMs = this.monotonicMs();
    this.sentAtMs.push(sentAtMs);
    try {
      await producer.send({
        topic,
        acks: -1,
        compression,
        messages: messages as Message[],
      });
    } catch (error) {
      if (this.producer === producer && !this.stopping.signal.aborted) {
        await this.discard(whyOf(error, { topic }));
        this.connecting = this.connect();
      }
      throw new NotSent(whyOf(error, { topic }), { cause: error });
    } finally {
      this.sentAtMs.splice(this.sentAtMs.indexOf(sentAtMs), 1);
    }
  }

  private async discard(reason: string): Promise<void> {
    const { producer } = this;
    this.producer = null;
    this.reason = reason;
    if (producer !== null) await within(DISCONNECT_MS, producer.disconnect());
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
      await within(DISCONNECT_MS, admin.disconnect());
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
      await within(DISCONNECT_MS, producer.disconnect());
      throw error;
    }
  }
}
