import type { Decision } from '../../src/saga/decide.js';
import type { Position, VerbRequest } from '../../src/saga/position.js';
import { idle, isEnded } from '../../src/saga/position.js';
import type { Change } from '../../src/saga/progress.js';
import { changeOf, progressOf, snapshotOf } from '../../src/saga/progress.js';
import { leaseMs, timeoutMs } from './limits.js';
import type { World } from './world.js';

const compactFrom = 8;

export type Claim = (owner: number, position: Position, callsUntilMs: number | null) => void;

/** What is in the database: one operation, its owner and lease, as the statements of the engine keep them. */
export class Store {
  private changes: Change[] = [];
  private owner = 0;
  private owners = 0;
  private leaseUntilMs = 0;
  private callsUntilMs: number | null = null;
  private dueAtMs: number | null;

  constructor(
    private readonly world: World,
    public position: Position,
    private readonly onClaim: Claim,
    private readonly onCommit: (decision: Decision) => void,
  ) {
    this.dueAtMs = world.nowMs;
  }

  owns(owner: number): boolean {
    return this.owner === owner;
  }

  renew(owner: number): void {
    if (this.owner === owner) this.leaseUntilMs = this.world.nowMs + leaseMs;
  }

  /** The time fence, asked in the last moment before the bytes go out. */
  mayCall(owner: number): boolean {
    return this.owner === owner && this.leaseUntilMs - this.world.nowMs >= timeoutMs;
  }

  /** A request as the interface records it: its own commit, version raised. */
  request(request: VerbRequest): void {
    this.position = { ...this.position, requestedVerb: request, version: this.position.version + 1 };
    if (this.owner !== 0) return;
    this.dueAtMs = this.world.nowMs;
    this.world.after(0, () => this.claim());
  }

  claim(): void {
    const { nowMs } = this.world;
    if (this.owner !== 0 || this.dueAtMs === null || this.dueAtMs > nowMs || isEnded(this.position.state))
      return;
    this.owner = this.owners += 1;
    this.leaseUntilMs = nowMs + leaseMs;
    // As its rows are read: what is written has to say all that was known.
    const names = this.position.steps.map((step) => step.name);
    const changes = JSON.parse(JSON.stringify(this.changes)) as Change[];
    const loaded = { ...this.position, ...progressOf(names, changes), live: idle };
    this.onClaim(this.owner, loaded, this.callsUntilMs);
  }

  commit(
    owner: number,
    from: Position,
    decision: Decision,
    release: boolean,
    dueAtMs: number | null,
  ): 'durable' | 'asked' | 'lost' {
    if (this.owner !== owner) return 'lost';
    if (from.version !== this.position.version) return 'asked';
    const to = decision.position;
    const change = this.changes.length >= compactFrom ? snapshotOf(to) : changeOf(from, decision);
    if (this.changes.length >= compactFrom) this.changes = [];
    if (change !== null) this.changes.push(change);
    this.position = { ...to, version: from.version + 1, live: idle };
    this.callsUntilMs = null;
    if (release) {
      this.owner = 0;
      this.dueAtMs = dueAtMs;
      if (dueAtMs !== null) this.world.after(Math.max(0, dueAtMs - this.world.nowMs), () => this.claim());
    }
    this.onCommit(decision);
    return 'durable';
  }

  /** The process is gone; its lease runs out and somebody takes over. */
  abandoned(owner: number): void {
    const inMs = Math.max(0, this.leaseUntilMs - this.world.nowMs) + 1;
    this.world.after(inMs, () => {
      if (this.owner !== owner) return;
      this.world.note('taken over');
      this.owner = 0;
      this.callsUntilMs = Math.max(this.callsUntilMs ?? 0, this.leaseUntilMs);
      this.dueAtMs = this.world.nowMs;
      this.claim();
    });
  }
}
