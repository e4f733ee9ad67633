import type { Logger } from 'pino';
import { messageOf } from '../errors.js';
import type { Queryable } from '../database/database.js';
import { backoffMs } from './backoff.js';
import type { Broker, BrokerRecord, BrokerStatus } from './broker.js';
import { sizeOf, toRecord } from './broker.js';
import type { Doorbell } from './doorbell.js';
import { pause } from './doorbell.js';
import { PublishedPosition } from './published-position.js';
import type { UnpublishedEvent } from './published-events.sql.js';
import { readPublished, readUnpublished } from './published-events.sql.js';
import type { RelayLease } from './relay-lease.js';

/** Rows of one read. Measured with kafkajs: 500 records a send 40,000/s, 100 a send 26,000/s, one a send 404/s. */
const BATCH_ROWS = 1000;
/** A broker refuses a batch of a partition above 1,048,588 bytes by default, and a batch may be of one partition. */
const BATCH_BYTES = 900_000;

export interface PublisherOptions {
  readonly pollMs: number;
  readonly random: () => number;
}

/**
 * Sends stamped events to the broker in the order of their cursors and notes how far it came. Three things go on at
 * once: the next events are read and made into records while these are sent, and what was sent before is noted.
 * At least once: after a crash, or when the lease was lost in the middle of a send, what was not noted is sent again.
 */
export class Publisher {
  /** Null when it has to be read. */
  private position: PublishedPosition | null = null;
  private failures = 0;
  /** Why nothing is published; null while it goes well, or is another process's business. */
  private reason: string | null = null;

  constructor(
    private readonly db: Queryable,
    private readonly broker: Broker,
    private readonly lease: RelayLease,
    private readonly log: Logger,
    private readonly options: PublisherOptions,
  ) {}

  status(): BrokerStatus {
    return this.reason === null ? { ok: true } : { ok: false, reason: `Kafka events: ${this.reason}` };
  }

  async run(bell: Doorbell, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.drain(signal);
        if (this.failures > 0) this.log.info('events are published again');
        this.failures = 0;
        this.reason = null;
        await bell.wait(this.options.pollMs * (0.75 + this.options.random() / 2), signal);
      } catch (error) {
        this.position = null;
        this.reason = messageOf(error);
        if (this.failures === 0) this.log.warn({ err: error }, `events wait: ${this.reason}`);
        await pause(backoffMs(this.failures++, 200, 5000, this.options.random), signal);
      }
    }
  }

  private async drain(signal: AbortSignal): Promise<void> {
    if (!this.lease.isHeld()) {
      this.position = null;
      return;
    }
    const { owner } = this.lease;
    this.position ??= new PublishedPosition(this.db, owner, await readPublished(this.db));
    if (!(await this.sendAll(this.position, signal))) this.position = null;
  }

  /** @returns false when the relay is in other hands */
  private async sendAll(position: PublishedPosition, signal: AbortSignal): Promise<boolean> {
    let next = this.read(position.sent);
    for (;;) {
      const { batches, full } = await next;
      const last = batches.at(-1);
      if (last !== undefined && full) next = this.read(last.upTo);
      next.catch(() => undefined);
      for (const { records, upTo } of batches) {
        if (signal.aborted || !this.lease.isHeld()) return position.settled();
        await this.broker.publish(records);
        if (!(await position.moveTo(upTo))) return false;
      }
      if (!full) return position.settled();
    }
  }

  private async read(after: number): Promise<{ batches: Batch[]; full: boolean }> {
    const events = await readUnpublished(this.db, after, BATCH_ROWS);
    return { batches: inBatches(events), full: events.length === BATCH_ROWS };
  }
}

interface Batch {
  records: BrokerRecord[];
  upTo: number;
}

function inBatches(events: readonly UnpublishedEvent[]): Batch[] {
  const batches: Batch[] = [];
  let batch: Batch = { records: [], upTo: 0 };
  let bytes = Infinity;
  for (const event of events) {
    const record = toRecord(event);
    const size = sizeOf(record);
    bytes += size;
    if (bytes > BATCH_BYTES) {
      batch = { records: [], upTo: 0 };
      batches.push(batch);
      bytes = size;
    }
    batch.records.push(record);
    batch.upTo = Number(event.cursor);
  }
  return batches;
}
