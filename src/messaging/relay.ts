import type { Logger } from 'pino';
import { messageOf } from '../errors.js';
import type { Queryable } from '../database/database.js';
import type { Wake } from '../database/wake.js';
import { backoffMs } from './backoff.js';
import type { Broker, BrokerStatus } from './broker.js';
import { Doorbell, pause } from './doorbell.js';
import { expireEvents } from './expire-events.sql.js';
import { expireInbox } from './expire-inbox.sql.js';
import { INBOX_KEEP_MS } from './incoming-command.js';
import { readPublished } from './published-events.sql.js';
import { Publisher } from './publisher.js';
import { RelayLease } from './relay-lease.js';
import { stampEvents } from './stamp-events.sql.js';

/** Events of one stamping: 1,000 take some 20 ms, and readers see none of them before all. */
const STAMP_RANGE = 1000;
const EXPIRE_ROWS = 1000;
const EXPIRE_EVERY_MS = 3_600_000;
/** How long a stop waits for a send in the air; what it cuts off is sent again by the next relay. */
const STOP_MS = 5000;

export interface RelayOptions {
  /** Random, new for each process. */
  readonly owner: string;
  /** How long the others wait after this process was killed. */
  readonly leaseMs: number;
  /** Fallback when a wake-up is lost; ± 25 %. */
  readonly pollMs: number;
  /** Events are kept so long; with a broker also until it has them. */
  readonly keepMs: number;
  /** True where one process holds the database: the lease that a killed process left is void. */
  readonly soleProcess: boolean;
  readonly monotonicMs: () => number;
  readonly now: () => Date;
  readonly random: () => number;
}

export const RELAY_DEFAULTS = { leaseMs: 5000, pollMs: 1000, keepMs: 90 * 24 * 3_600_000 } as const;

/**
 * Line three: events on their way out. One process relays at a time, the others stand by. It stamps what has been
 * committed, and a second loop beside it publishes what is stamped, so that a broker that is down holds up nothing.
 * Without a broker events are stamped for the feed and `published` stays: a broker that comes later gets all that
 * is kept, in order (docs/decisions).
 */
export class Relay {
  readonly lease: RelayLease;
  private readonly publisher: Publisher | null;
  private readonly stopping = new AbortController();
  private readonly stampBell = new Doorbell();
  private readonly publishBell = new Doorbell();
  private running: Promise<unknown> | null = null;
  private listening: (() => void)[] = [];
  private expiredAtMs = -Infinity;

  constructor(
    private readonly db: Queryable,
    private readonly wake: Wake,
    broker: Broker | null,
    private readonly log: Logger,
    private readonly options: RelayOptions,
  ) {
    this.lease = new RelayLease(db, options);
    this.publisher = broker === null ? null : new Publisher(db, broker, this.lease, log, options);
  }

  /** Whether the broker takes events, as far as this process sends them. */
  status(): BrokerStatus {
    return this.publisher?.status() ?? { ok: true };
  }

  start(): void {
    if (this.running !== null) return;
    this.listening = [
      this.wake.on('event', this.stampBell.ring),
      this.wake.on('feed', this.publishBell.ring),
    ];
    const loops = [this.stamp()];
    if (this.publisher !== null) loops.push(this.publisher.run(this.publishBell, this.stopping.signal));
    this.running = Promise.all(loops);
  }

  /** Hands over at once: the lease is given back, so that a standby need not wait for its end. */
  async stop(): Promise<void> {
    if (this.running === null) return;
    this.stopping.abort();
    for (const off of this.listening) off();
    const patience = new AbortController();
    await Promise.race([this.running, pause(STOP_MS, patience.signal)]);
    patience.abort();
    await this.lease
      .release()
      .catch((error: unknown) => this.log.warn({ err: error }, 'relay lease not given back'));
    this.wake.notify('event');
  }

  private async stamp(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const before = this.lease.isHeld();
        await this.lease.tend();
        if (!before) this.publishBell.ring(); // it may have become ours: what the former relay left goes out now
        const more = await this.stampOnce();
        failures = 0;
        if (more) continue;
        if (this.lease.isHeld()) await this.expire();
        await this.stampBell.wait(this.options.pollMs * (0.75 + this.options.random() / 2), signal);
      } catch (error) {
        this.lease.doubt();
        if (failures === 0) this.log.warn({ err: error }, `events are not stamped: ${messageOf(error)}`);
        await pause(backoffMs(failures++, 100, 5000, this.options.random), signal);
      }
    }
  }

  /** @returns true when there may be more at once */
  private async stampOnce(): Promise<boolean> {
    const from = this.lease.stamped;
    if (from === null) return false;
    const to = await stampEvents(this.db, { owner: this.lease.owner, stamped: from }, STAMP_RANGE);
    if (to === null) return false;
    this.lease.stamped = to;
    this.wake.notify('feed');
    return true;
  }

  private async expire(): Promise<void> {
    const nowMs = this.options.monotonicMs();
    if (nowMs < this.expiredAtMs + EXPIRE_EVERY_MS) return;
    const upTo = this.publisher === null ? Number.MAX_SAFE_INTEGER : await readPublished(this.db);
    const now = this.options.now().getTime();
    const before = new Date(now - this.options.keepMs);
    const events = await expireEvents(this.db, { before, upTo }, EXPIRE_ROWS);
    const commands = await expireInbox(this.db, new Date(now - INBOX_KEEP_MS), EXPIRE_ROWS);
    // Full batches go on at the next turn, so that stamping is not held up.
    if (events < EXPIRE_ROWS && commands < EXPIRE_ROWS) this.expiredAtMs = nowMs;
  }
}
