import type { Database } from '../database/database.js';
import type { Wake } from '../database/wake.js';
import type { ActionKind } from './action.js';
import type { CarryOut } from './carry-out.js';
import { Announcement } from './announcement.js';
import { Claiming } from './claiming.js';
import type { Committer } from './committer.js';
import type { Decision } from './decide.js';
import { Drive } from './drive.js';
import type { Halts } from './halts.js';
import { Hand } from './hand.js';
import { loadPositions } from './load.js';
import type { Position, VerbRequest } from './position.js';
import { defaultRetry } from './retry.js';
import type { OperationRow } from './rows.js';
import type { Sagas, TargetLimits } from './saga.js';
import { freeStrays, nextDue, requests } from './sql/claim.sql.js';
import { defaultTaskTerms } from './task.js';
import type { WorkerLease } from './worker-lease.js';

export interface RunnerOptions {
  /** One process holds the database: former owners are dead, whatever their leases say. */
  readonly soleProcess: boolean;
  /** Operations of one target in hand at once: a target that answers slowly fills its own hand and nobody else's. */
  readonly capacity?: number;
  /** How often to look for work although nobody called, ms; jittered. */
  readonly pollMs?: number;
  readonly random?: () => number;
  /** Left out: nothing is ever halted. */
  readonly halts?: Halts;
  readonly log: RunnerLog;
  readonly onDecision?: (position: Position, decision: Decision) => void;
}

export interface RunnerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * With work in hand looks are at least so far apart, ms: what comes in between shares one. A look costs PostgreSQL some
 * 2 ms, and at 600 operations a second there was one for each flush. An idle process looks at once.
 */
const lookApartMs = 10;

/** While a part of the hand is used that grows with time, what it grows by is looked for so often. */
const rampLookMs = 250;

/** One indexed statement; under load there are hundreds of looks a second. */
const strayCheckEveryMs = 1_000;

/** Claims what is due, drives it, keeps the lease and frees what others left: all repeated queries, nothing only at start. */
export class Runner {
  private readonly hand: Hand;
  private readonly claiming: Claiming;
  private readonly announcement: Announcement;
  private readonly pollMs: number;
  private readonly random: () => number;
  private stopping = false;
  private looking = false;
  private lookAgain = false;
  private lookTimer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private unlisten: (() => void)[] = [];
  private drained: (() => void) | undefined;
  private stopped = false;
  private strayCheckMs = -Infinity;
  private lookedAtMs = -Infinity;
  private lookUnderWay: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly lease: WorkerLease,
    private readonly committer: Committer,
    private readonly carryOut: CarryOut,
    private readonly sagas: Sagas,
    private readonly limits: TargetLimits,
    private readonly options: RunnerOptions,
  ) {
    this.hand = new Hand(options.capacity ?? 256);
    this.claiming = new Claiming(database, lease, sagas, limits, options.halts);
    this.announcement = new Announcement(database, wake, lease, sagas, limits, options.halts);
    this.pollMs = options.pollMs ?? 2_000;
    this.random = options.random ?? Math.random;
  }

  get inHand(): number {
    return this.hand.size;
  }

  /** Whether this process may carry operations on now. */
  status(): { ok: boolean; reason?: string } {
    if (this.lease.registered && this.lease.remainingMs > 0) return { ok: true };
    return {
      ok: false,
      reason: 'this worker has no lease: its database does not answer, or another one has taken over',
    };
  }

  async start(): Promise<void> {
    await this.lease.register();
    const freed = await this.lease.takeOver(this.options.soleProcess);
    if (freed.length > 0)
      this.options.log.info({ operations: freed.length }, 'took over operations of a worker that is gone');
    this.unlisten.push(this.wake.on('operation', () => this.look()));
    const { halts } = this.options;
    if (halts !== undefined) {
      this.unlisten.push(
        halts.onChange(() => {
          this.look();
          void this.announce();
        }),
      );
    }
    await this.announce();
    this.beat();
    this.look();
  }

  /** Begins nothing more, lets the calls in the air end, hands the rest back. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const off of this.unlisten.splice(0)) off();
    clearTimeout(this.lookTimer);
    // What it claims has to be handed back as well.
    await this.lookUnderWay;
    const empty = new Promise<void>((resolve) => (this.drained = resolve));
    const operations = this.hand.size;
    this.options.log.info({ operations }, 'stopping: nothing new is begun, calls in the air end');
    for (const drive of this.hand.drives()) drive.push({ type: 'release' });
    if (this.hand.size > 0) await empty;
    this.options.log.info(
      { operations },
      'handed back what was carried on; the next start or another process goes on with it',
    );
    this.stopped = true;
    clearTimeout(this.heartbeat);
    await this.lease.leave();
  }

  /** Looks for work now; calls that come while looking are folded into one more look. */
  look(): void {
    if (this.stopping) return;
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    clearTimeout(this.lookTimer);
    const earlyMs = this.hand.size === 0 ? 0 : this.lookedAtMs + lookApartMs - performance.now();
    if (earlyMs > 0) this.lookTimer = setTimeout(() => this.look(), earlyMs);
    else this.lookNow();
  }

  private lookNow(): void {
    this.looking = true;
    this.lookedAtMs = performance.now();
    this.lookUnderWay = this.lookOnce()
      .catch((error: unknown) => {
        this.options.log.warn({ err: error }, 'looking for work failed; trying again');
        return this.pollMs;
      })
      .then((inMs) => {
        this.looking = false;
        if (this.stopping) return;
        // More at once: a target with many tenants is walked through over several looks.
        if (inMs === 0) this.lookNow();
        else if (this.lookAgain) {
          this.lookAgain = false;
          this.look();
        } else {
          this.lookTimer = setTimeout(() => this.look(), inMs);
        }
      });
  }

  /** @returns when to look again, in ms */
  private async lookOnce(): Promise<number> {
    const jitteredPollMs = this.pollMs * (0.75 + this.random() / 2);
    if (!this.lease.registered) return jitteredPollMs;
    await this.freeStrays();
    if (this.hand.size > 0) await this.heed();
    const { epoch } = this.lease;
    const { claimed, more } = await this.claiming.claim(this.hand);
    if (claimed.length > 0) await this.begin(claimed, epoch);
    if (more) return 0;
    const { rows: next } = await this.database.query<{ in_ms: string }>(nextDue);
    const ramping = (this.options.halts?.share(this.lease.nowMs()) ?? 1) < 1;
    return Math.max(
      5,
      Math.min(
        jitteredPollMs,
        ramping ? rampLookMs : jitteredPollMs,
        Number(next[0]?.in_ms ?? jitteredPollMs),
      ),
    );
  }

  /** Nobody waits for it; the next heartbeat says it again. */
  private async announce(): Promise<void> {
    try {
      await this.announcement.tell();
    } catch (error) {
      this.options.log.warn({ err: error }, 'what this worker knows could not be written; trying again');
    }
  }

  private async begin(claimed: readonly OperationRow[], epoch: string): Promise<void> {
    for (const { position, callsUntilMs, changes } of await loadPositions(this.database, claimed)) {
      const drive: Drive = new Drive(
        position,
        epoch,
        {
          committer: this.committer,
          carryOut: this.carryOut,
          facts: (current) => this.facts(current),
          onOver: (id) => this.over(id, drive),
          onError: (id, error) =>
            this.options.log.error(
              { err: error, operation: id },
              'the operation is parked: nobody foresaw this',
            ),
          ...(this.options.onDecision === undefined ? {} : { onDecision: this.options.onDecision }),
        },
        changes,
      );
      this.hand.add(position, drive);
      drive.push({ type: 'claimed', callsUntilMs });
      if (this.stopping) drive.push({ type: 'release' });
    }
  }

  /** What is ours but not in hand, since an answer was lost on the way: somebody has to take it again. */
  private async freeStrays(): Promise<void> {
    if (performance.now() - this.strayCheckMs < strayCheckEveryMs) return;
    this.strayCheckMs = performance.now();
    await this.database.query(freeStrays, [this.lease.epoch, this.hand.ids(), this.lease.leaseMs]);
  }

  private async heed(): Promise<void> {
    const { rows } = await this.database.query<{ id: string; version: string; requested_verb: VerbRequest }>(
      requests,
      [this.lease.epoch],
    );
    for (const row of rows) this.hand.get(row.id)?.request(row.requested_verb, Number(row.version));
  }

  private over(id: string, drive: Drive): void {
    const wasFull = this.hand.remove(id, drive);
    if (wasFull === null) return;
    if (this.stopping && this.hand.size === 0) this.drained?.();
    // While it is looked, what ends makes room that the look does not see: its claims are not in hand before they are
    // loaded. Without this a backlog went on with the next poll only, a hand full every 2 s.
    if (wasFull || this.looking) this.look();
  }

  private facts(position: Position) {
    const limits = this.limits.of(position.target);
    return {
      nowMs: this.lease.nowMs(),
      random: this.random(),
      timeoutMs: limits.timeoutMs,
      lateMs: limits.lateMs,
      parallel: limits.parallel,
      pollMs: 250,
      halt: this.options.halts?.ofService() ?? this.options.halts?.of(position.target) ?? null,
      retry: (step: string) => this.sagas.step(position.kind, step).retry ?? defaultRetry,
      task: (kinds: readonly ActionKind[]) => limits.task?.(kinds) ?? defaultTaskTerms,
    };
  }

  /** Renews three times per lease; then frees what dead workers own. */
  private beat(): void {
    if (this.stopped) return;
    const everyMs = Math.min(5_000, this.lease.leaseMs / 3);
    this.heartbeat = setTimeout(() => {
      void this.renew().finally(() => this.beat());
    }, everyMs);
  }

  private async renew(): Promise<void> {
    try {
      if (this.lease.registered && !(await this.lease.renew())) {
        this.options.log.error(
          { operations: this.hand.size },
          'the lease was taken, or the database has failed over; whatever was in hand belongs to others now',
        );
        for (const drive of this.hand.drives()) drive.drop();
      }
      if (!this.lease.registered && !this.stopping) await this.lease.register();
      if (this.stopping) return;
      await this.announce();
      const freed = await this.lease.takeOver(false);
      if (freed.length > 0) {
        this.options.log.info({ operations: freed.length }, 'took over operations of a worker that is gone');
        this.look();
      }
    } catch (error) {
      this.options.log.warn({ err: error }, 'the heartbeat failed; trying again');
    }
  }
}
