import type { Database } from '../database/database.js';
import { CallError } from './call-error.js';
import {
  forgetWorkers,
  freeOrphans,
  leaveWorker,
  registerWorker,
  renewLease,
  takeOver,
} from './sql/lease.sql.js';

/** Monotonic ms of this process; a wall clock that jumps must not lengthen a lease. */
export type Monotonic = () => number;

/**
 * One lease per process: a random id and an epoch that every write compares.
 * The lease counts, on our side, from when its last renewal was *sent*, so we never believe in it longer than the database does.
 */
export class WorkerLease {
  private epochNumber: string | null = null;
  private validUntilMs = -Infinity;
  private databaseAheadMs: number | null = null;

  constructor(
    private readonly database: Database,
    private readonly id: string,
    readonly leaseMs: number,
    private readonly monotonic: Monotonic = () => performance.now(),
  ) {}

  get epoch(): string {
    if (this.epochNumber === null) throw new Error('the worker is not registered');
    return this.epochNumber;
  }

  get registered(): boolean {
    return this.epochNumber !== null;
  }

  async register(): Promise<void> {
    const sentMs = this.monotonic();
    const { rows } = await this.database.query<{ epoch: string; now_ms: string }>(registerWorker, [
      this.id,
      this.leaseMs,
    ]);
    const [row] = rows;
    if (row === undefined) throw new Error('registering the worker returned no row');
    this.epochNumber = row.epoch;
    this.renewed(sentMs, Number(row.now_ms));
  }

  /** @returns false when the lease was taken: nothing this process began may be written any more */
  async renew(): Promise<boolean> {
    const sentMs = this.monotonic();
    const { rows } = await this.database.query<{ now_ms: string }>(renewLease, [this.epoch, this.leaseMs]);
    const [row] = rows;
    if (row === undefined) {
      this.validUntilMs = -Infinity;
      this.epochNumber = null;
      return false;
    }
    this.renewed(sentMs, Number(row.now_ms));
    return true;
  }

  /** Frees what workers without a lease own; `void`: every other worker is known to be dead. */
  async takeOver(isVoid: boolean): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(takeOver, [this.epoch, isVoid]);
    const orphans = await this.database.query<{ id: string }>(freeOrphans, [this.leaseMs]);
    await this.database.query(forgetWorkers);
    return [...rows, ...orphans.rows].map((row) => row.id);
  }

  async leave(): Promise<void> {
    if (this.epochNumber === null) return;
    await this.database.query(leaveWorker, [this.epochNumber]);
    this.epochNumber = null;
    this.validUntilMs = -Infinity;
  }

  /** The database's time in epoch ms, as far as we know it. */
  nowMs(): number {
    return this.monotonic() + (this.databaseAheadMs ?? 0);
  }

  get remainingMs(): number {
    return this.validUntilMs - this.monotonic();
  }

  /**
   * The time fence: in the HTTP client's last hook the lease must outlive the call, and be the one the call was decided
   * under: a worker that lost its lease and registered anew does not own what it began before.
   * @throws CallError lease-lost
   */
  beforeSend(epoch: string, timeoutMs: number): void {
    if (this.epochNumber === epoch && this.remainingMs >= timeoutMs) return;
    throw new CallError('lease-lost', 'the lease of this worker would not outlive the call; it was not sent');
  }

  private renewed(sentMs: number, databaseMs: number): void {
    this.validUntilMs = sentMs + this.leaseMs;
    // The database's clock was read some time between sending and receiving, seconds apart where the process was frozen
    // meanwhile: what is known already is only moved as far as it cannot be true any more.
    const [least, most] = [databaseMs - this.monotonic(), databaseMs - sentMs];
    const known = this.databaseAheadMs ?? (least + most) / 2;
    this.databaseAheadMs = Math.min(Math.max(known, least), most);
  }
}
