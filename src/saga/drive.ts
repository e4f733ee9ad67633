import type { CarryOut } from './carry-out.js';
import type { Committer } from './committer.js';
import type { Decision } from './decide.js';
import { decide } from './decide.js';
import type { Facts } from './facts.js';
import { mayHold, withHeld } from './held.js';
import { letGo } from './let-go.js';
import type { Outcome } from './outcome.js';
import type { Position, VerbRequest } from './position.js';
import { messageOf } from '../errors.js';
import { parkUnforeseen } from './park-unforeseen.js';

export interface DriveParts {
  readonly committer: Committer;
  readonly carryOut: CarryOut;
  facts(position: Position): Facts;
  /** The drive is over: ended, parked, let go, or lost. */
  onOver(id: string): void;
  onError(id: string, error: unknown): void;
  onDecision?(position: Position, decision: Decision): void;
}

/**
 * So many changes make one snapshot. An operation whose target is away for a day writes 6,000 of them; a step of 500 actions
 * writes 1,000, and its snapshot of some 200 kB four times.
 */
const compactFrom = 256;

/** A question that takes longer no longer shares its commit: whoever watches the operation sees where it stands. */
const holdMs = 100;

/**
 * Takes one operation from decision to decision while this worker owns it: decide, make durable, carry out. Before an
 * effect, and whenever it stands still, everything is durable; what only leads to questions waits for their answers.
 */
export class Drive {
  private outcomes: Outcome[] = [];
  private running = false;
  private over = false;
  private timer: NodeJS.Timeout | undefined;
  private holdTimer: NodeJS.Timeout | undefined;
  private facts: Facts | null = null;
  /** Where the row stands; `position` is ahead of it by what is held. */
  private durable: Position;
  private held: Decision | null = null;
  private heldLongEnough = false;

  constructor(
    private position: Position,
    private readonly epoch: string,
    private readonly parts: DriveParts,
    /** Rows that its steps and actions are put together from. */
    private changes = 0,
  ) {
    this.durable = position;
  }

  push(outcome: Outcome): void {
    if (this.over) return;
    this.outcomes.push(outcome);
    if (!this.running) void this.run();
  }

  /** Somebody has recorded a request; its version is the one to write on from now. */
  request(request: VerbRequest, version: number): void {
    if (this.over || this.running || version <= this.position.version) return;
    this.adopt(request, version);
    this.push({ type: 'tick' });
  }

  /** The lease was taken: whatever comes back now is nobody's business. */
  drop(): void {
    this.over = true;
    clearTimeout(this.timer);
    clearTimeout(this.holdTimer);
    this.parts.onOver(this.position.id);
  }

  private adopt(request: VerbRequest, version: number): void {
    this.position = { ...this.position, requestedVerb: request, version };
    this.durable = { ...this.durable, requestedVerb: request, version };
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.outcomes.length > 0 && !this.over) await this.turn(this.outcomes.splice(0));
    } catch (error) {
      this.parts.onError(this.position.id, error);
      await this.parkPoisoned(error);
    } finally {
      this.running = false;
    }
  }

  private async turn(outcomes: Outcome[]): Promise<void> {
    clearTimeout(this.timer);
    const facts = this.parts.facts(this.position);
    this.facts = facts;
    const decision = decide(this.position, outcomes, facts);
    const { release, dueAtMs } = letGo(decision, facts.nowMs);
    const toWrite = withHeld(this.held, decision);
    if (!release && (!toWrite.changed || mayHold(decision, this.durable, this.heldLongEnough))) {
      this.position = decision.position;
      if (toWrite.changed) this.hold(toWrite);
    } else {
      const written = await this.parts.committer.commit({
        epoch: this.epoch,
        from: this.durable,
        decision: toWrite,
        release,
        dueAtMs,
        compact: this.changes >= compactFrom,
      });
      if (written.result === 'asked') {
        this.adopt(written.request, written.version);
        this.outcomes.unshift(...outcomes);
        return;
      }
      if (written.result === 'lost') {
        this.drop();
        return;
      }
      if (written.result === 'poisoned') throw written.error;
      this.written(decision.position, facts.nowMs);
      this.parts.onDecision?.(this.position, toWrite);
    }
    if (release) {
      this.drop();
      return;
    }
    for (const instruction of decision.instructions) {
      void this.parts.carryOut
        .do(instruction, this.position, this.epoch)
        .then((outcome) => this.push(outcome));
    }
    if (decision.wakeAtMs !== null) {
      this.timer = setTimeout(
        () => this.push({ type: 'tick' }),
        Math.max(0, Math.ceil(decision.wakeAtMs - facts.nowMs)),
      );
    }
  }

  private hold(decision: Decision): void {
    this.held = decision;
    this.holdTimer ??= setTimeout(() => {
      this.heldLongEnough = true;
      this.push({ type: 'tick' });
    }, holdMs);
  }

  private written(position: Position, nowMs: number): void {
    this.position = { ...position, version: this.durable.version + 1, updatedAtMs: nowMs };
    this.changes = this.changes >= compactFrom ? 1 : this.changes + 1;
    this.durable = this.position;
    this.held = null;
    this.heldLongEnough = false;
    clearTimeout(this.holdTimer);
    this.holdTimer = undefined;
  }

  /** Something unheard of: the operation is parked with the error, and harms no other. */
  private async parkPoisoned(error: unknown): Promise<void> {
    const detail = messageOf(error).replaceAll('\u0000', '');
    try {
      for (;;) {
        const decision = parkUnforeseen(this.durable, this.position.live, detail, this.facts);
        const written = await this.parts.committer.commit({
          epoch: this.epoch,
          from: this.durable,
          decision,
          release: true,
          dueAtMs: null,
        });
        if (written.result === 'poisoned') throw written.error;
        // Missed because somebody asked something meanwhile: unless it is written anew, nobody would own the operation.
        if (written.result !== 'asked') break;
        this.adopt(written.request, written.version);
      }
    } catch (failure) {
      this.parts.onError(this.position.id, failure);
    }
    this.drop();
  }
}
