import type { Queryable } from '../database/database.js';
import { releaseRelay, takeRelay } from './relay-lease.sql.js';

export interface RelayLeaseOptions {
  /** Random, new for each process. */
  readonly owner: string;
  readonly leaseMs: number;
  /** True where one process holds the database: the lease that a killed process left is void. */
  readonly soleProcess: boolean;
  /** Milliseconds by a clock that never jumps. */
  readonly monotonicMs: () => number;
}

/** Who relays: a row that any replica can take. */
export class RelayLease {
  /** The highest cursor given so far, moved on by whoever stamps; null when another process relays. */
  stamped: number | null = null;
  private renewedAtMs = -Infinity;
  private former: boolean;

  constructor(
    private readonly db: Queryable,
    private readonly options: RelayLeaseOptions,
  ) {
    this.former = options.soleProcess;
  }

  get owner(): string {
    return this.options.owner;
  }

  /** Counted from when the last renewal was *sent*: until then nobody else can have taken it. */
  isHeld(): boolean {
    return this.stamped !== null && this.options.monotonicMs() < this.renewedAtMs + this.options.leaseMs;
  }

  /** Takes it, or renews it after a third of its time: two renewals may fail before it runs out. */
  async tend(): Promise<void> {
    const nowMs = this.options.monotonicMs();
    if (this.stamped !== null && nowMs < this.renewedAtMs + this.options.leaseMs / 3) return;
    this.stamped = await takeRelay(this.db, this.owner, this.options.leaseMs, this.former);
    this.former = false;
    this.renewedAtMs = nowMs;
  }

  /** After an error nobody knows what the database has: the next `tend` reads it. */
  doubt(): void {
    this.renewedAtMs = -Infinity;
  }

  async release(): Promise<void> {
    this.stamped = null;
    await releaseRelay(this.db, this.owner);
  }
}
