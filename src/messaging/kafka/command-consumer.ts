import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.js';
import { backoffMs } from '../backoff.js';
import type { BrokerStatus } from '../broker.js';
import type { CommandBatches } from '../command-batches.js';
import { pause } from '../doorbell.js';
import { SEND_RETRY } from './client.js';
import type { KafkaProducer } from './kafka-producer.js';
import { PartitionLag } from './partition-lag.js';

/** A killed replica's partitions stand still for so long. Heartbeats go out once a second in long batches too. */
const SESSION_MS = 10_000;
/** A member that neither fetched nor sent a heartbeat for so long hangs; a fetch takes one second. */
const SILENCE_MS = 60_000;
/** How long a stop waits for a batch in the air; what it cuts off comes again. */
const STOP_MS = 10_000;

export interface CommandConsumerOptions {
  readonly groupId: string;
  readonly topic: string;
  readonly monotonicMs: () => number;
  readonly random: () => number;
}

/**
 * A member of the consumer group that takes commands in. kafkajs may stop a consumer for good without a word: here
 * every crash and every silence ends it, shows in `status` and is followed by a new one.
 */
export class CommandConsumer {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private reason: string | null = 'not joined yet';
  private lastSignMs = 0;
  private failures = 0;
  private readonly behind = new PartitionLag();

  constructor(
    private readonly kafka: Kafka,
    private readonly producer: KafkaProducer,
    private readonly batches: CommandBatches,
    private readonly log: Logger,
    private readonly options: CommandConsumerOptions,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  status(): BrokerStatus {
    return this.reason === null ? { ok: true } : { ok: false, reason: `Kafka commands: ${this.reason}` };
  }

  /** Commands in the partitions of this member that are not taken yet, as of their last batches. */
  lag(): number {
    return this.behind.total();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    await this.producer.ready(); // the topics are there then
    while (!signal.aborted) {
      const consumer = this.member();
      try {
        await this.live(consumer);
      } catch (error) {
        this.reason = messageOf(error);
        this.log.warn({ err: error }, `commands are not read: ${this.reason}`);
      }
      await within(STOP_MS, consumer.disconnect());
      await pause(backoffMs(this.failures++, 500, 5000, this.options.random), signal);
    }
    this.reason = 'stopped';
  }

  private member(): Consumer {
    return this.kafka.consumer({
      groupId: this.options.groupId,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: 1000,
      maxWaitTimeInMs: 1000,
      allowAutoTopicCreation: false,
      retry: { ...SEND_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Resolves when stopped. @throws when the member is of no use any more */
  private async live(consumer: Consumer): Promise<void> {
    const { HEARTBEAT, FETCH, GROUP_JOIN, CRASH } = consumer.events;
    const sign = (): void => void (this.lastSignMs = this.options.monotonicMs());
    consumer.on(HEARTBEAT, sign);
    consumer.on(FETCH, sign);
    consumer.on(GROUP_JOIN, () => {
      sign();
      this.behind.clear();
      this.failures = 0;
      this.reason = null;
    });
    const ended = new AbortController();
    consumer.on(CRASH, ({ payload }) => {
      ended.abort(payload.error);
    });
    const stop = (): void => ended.abort('stopped');
    this.stopping.signal.addEventListener('abort', stop);
    try {
      await consumer.connect();
      // From the beginning: commands sent before the group first joined count, old ones are refused by their age.
      await consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
      sign();
      await consumer.run({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => this.take(payload),
      });
      while (!ended.signal.aborted) {
        await pause(5000, ended.signal);
        if (this.options.monotonicMs() - this.lastSignMs > SILENCE_MS) throw new Error('the member hangs');
      }
      if (ended.signal.reason instanceof Error) throw ended.signal.reason;
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
    }
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { signal } = this.stopping;
    const records = batch.messages.map(({ key, value, headers = {}, timestamp, offset }) => ({
      key,
      value,
      headers,
      timestamp,
      offset,
    }));
    this.behind.set(batch.partition, records.length + Number(batch.offsetLag()));
    await this.batches.take(records, {
      topic: batch.topic,
      partition: batch.partition,
      signal,
      stopped: () => signal.aborted || !payload.isRunning() || payload.isStale(),
      heartbeat: () => payload.heartbeat(),
      resolve: (offset) => payload.resolveOffset(offset),
    });
    this.behind.set(batch.partition, Number(batch.offsetLag()));
  }
}

/** A disconnect that hangs must not keep the next member away. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work.catch(() => undefined), pause(ms, patience.signal)]);
  patience.abort();
}
