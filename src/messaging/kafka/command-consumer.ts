import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.js';
import { backoffMs } from '../backoff.js';
import type { BrokerStatus } from '../broker.js';
import type { CommandBatches, OffsetRecord } from '../command-batches.js';
import { pause } from '../doorbell.js';
import { whyOf } from './broker-answer.js';
import { SEND_RETRY } from './client.js';
import type { GroupLag } from './group-lag.js';
import type { KafkaProducer } from './kafka-producer.js';
import { MemberWatch } from './member-watch.js';
import type { FetchedRecord } from './records/decode-batch.js';
import { within } from './within.js';

/** A killed replica's partitions stand still for so long. Heartbeats go out once a second in long batches too. */
export const SESSION_MS = 10_000;
const LOOK_MS = 5000;
/** How long a stop waits for a batch in the air; what it cuts off comes again. */
const STOP_MS = 10_000;

export interface CommandConsumerOptions {
  readonly groupId: string;
  readonly topic: string;
  readonly sessionMs: number;
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
  /** Why nothing is read; null while the member lives. */
  private reason: string | null = 'not joined yet';
  /** Partitions that are read but not taken, and why. */
  private readonly stuck = new Map<number, string>();
  private failures = 0;

  constructor(
    private readonly kafka: Kafka,
    private readonly producer: KafkaProducer,
    private readonly batches: CommandBatches,
    private readonly groupLag: GroupLag,
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
    const [stuck] = this.stuck;
    const reason = this.reason ?? (stuck === undefined ? null : `partition ${stuck[0]}: ${stuck[1]}`);
    return reason === null ? { ok: true } : { ok: false, reason: `Kafka commands: ${reason}` };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    await this.producer.ready(); // the topics are there then
    while (!signal.aborted) {
      const consumer = this.member();
      try {
        await this.live(consumer);
      } catch (error) {
        this.reason = whyOf(error, this.options);
        this.log.warn({ err: error }, `commands are not read: ${this.reason}; a new member takes over`);
      }
      await within(STOP_MS, consumer.disconnect());
      await pause(backoffMs(this.failures++, 500, 5000, this.options.random), signal);
    }
    this.reason = 'stopped';
  }

  private member(): Consumer {
    return this.kafka.consumer({
      groupId: this.options.groupId,
      sessionTimeout: this.options.sessionMs,
      heartbeatInterval: 1000,
      maxWaitTimeInMs: 1000,
      allowAutoTopicCreation: false,
      retry: { ...SEND_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Resolves when stopped. @throws when the member is of no use any more */
  private async live(consumer: Consumer): Promise<void> {
    const { HEARTBEAT, FETCH, GROUP_JOIN, CRASH } = consumer.events;
    const { topic, monotonicMs } = this.options;
    const watch = new MemberWatch(this.groupLag, monotonicMs);
    consumer.on(HEARTBEAT, () => watch.sign());
    consumer.on(FETCH, () => {
      watch.sign();
      this.reason = null;
    });
    consumer.on(GROUP_JOIN, ({ payload }) => {
      watch.sign();
      const ours = new Set(payload.memberAssignment[topic]);
      for (const partition of this.stuck.keys()) if (!ours.has(partition)) this.stuck.delete(partition);
    });
    const ended = new AbortController();
    consumer.on(CRASH, ({ payload }) => ended.abort(payload.error));
    const stop = (): void => ended.abort('stopped');
    this.stopping.signal.addEventListener('abort', stop);
    try {
      await consumer.connect();
      // From the beginning: commands sent before the group first joined count, old ones are refused by their age.
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachBatchAutoResolve: false,
        // kafkajs commits what it has passed over (transactions taken back) by interval only: without, it would count as
        // waiting for ever where nothing follows.
        autoCommitInterval: 0,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => this.take(payload, watch),
      });
      for (;;) {
        await pause(LOOK_MS, ended.signal);
        if (ended.signal.aborted) break;
        await watch.look();
      }
      if (ended.signal.reason instanceof Error) throw ended.signal.reason;
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
    }
  }

  private async take(payload: EachBatchPayload, watch: MemberWatch): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const { signal } = this.stopping;
    const done = watch.begin();
    let resolved: string | undefined;
    try {
      await this.batches.take(messages.map(toRecord), {
        topic,
        partition,
        signal,
        stopped: () => signal.aborted || !payload.isRunning() || payload.isStale(),
        heartbeat: () => payload.heartbeat(),
        resolve: (offset) => {
          resolved = offset;
          payload.resolveOffset(offset);
        },
      });
      this.stuck.delete(partition);
      this.failures = 0;
    } catch (error) {
      // A heartbeat may fail when all has been taken: nothing of it comes again that could say so later.
      if (resolved !== undefined && resolved === messages.at(-1)?.offset) this.stuck.delete(partition);
      else this.stuck.set(partition, messageOf(error));
      throw error;
    } finally {
      done();
    }
  }
}

/** kafkajs is mended to hand on more than its types say. */
function toRecord(message: KafkaMessage): OffsetRecord {
  const { key, value, timestamp, offset, headerList, undecodable } = message as KafkaMessage & FetchedRecord;
  return { key, value, timestamp, offset, headers: headerList, undecodable };
}
