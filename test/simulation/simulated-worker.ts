import type { Decision } from '../../src/saga/decide.js';
import { decide } from '../../src/saga/decide.js';
import type { Facts } from '../../src/saga/facts.js';
import { mayHold, withHeld } from '../../src/saga/held.js';
import { letGo } from '../../src/saga/let-go.js';
import type { Outcome } from '../../src/saga/outcome.js';
import type { Position } from '../../src/saga/position.js';
import { isEnded, isParked } from '../../src/saga/position.js';
import type { Caller } from './calls.js';
import { Calls } from './calls.js';
import { lateMs, retry, taskTerms, timeoutMs } from './limits.js';
import type { Store } from './store.js';
import type { World } from './world.js';

/** One life of a process with the operation in its hand: decide, make durable, carry out, as `Drive` does it. */
export class SimulatedWorker implements Caller {
  private readonly calls: Calls;
  private outcomes: Outcome[] = [];
  private dead = false;
  private tick = 0;
  private durable: Position;
  private held: Decision | null = null;
  private heldLongEnough = false;

  constructor(
    private readonly world: World,
    private readonly store: Store,
    readonly owner: number,
    public position: Position,
    callsUntilMs: number | null,
  ) {
    this.calls = new Calls(world, store, this);
    this.durable = position;
    this.push({ type: 'claimed', callsUntilMs });
  }

  push(outcome: Outcome): void {
    if (this.dead) return;
    this.outcomes.push(outcome);
    this.turn();
  }

  freeze(): void {
    this.dead = true;
    this.store.abandoned(this.owner);
  }

  private facts(): Facts {
    return {
      nowMs: this.world.nowMs,
      random: this.world.random(),
      timeoutMs,
      lateMs,
      parallel: 3,
      pollMs: 100,
      task: () => taskTerms,
      retry: () => retry,
    };
  }

  private turn(): void {
    if (this.dead || this.outcomes.length === 0) return;
    const outcomes = this.outcomes.splice(0);
    this.store.renew(this.owner);
    const facts = this.facts();
    const decision = decide(this.position, outcomes, facts);
    const { state } = decision.position;
    const standing = isEnded(state) || isParked(state);
    if (decision.idle && !standing && decision.wakeAtMs === null)
      this.world.problem(`idle in ${state} with nothing due`);
    const { release, dueAtMs } = letGo(decision, facts.nowMs);
    if (this.crashes('before commit')) return;
    const toWrite = withHeld(this.held, decision);
    if (!release && (!toWrite.changed || mayHold(decision, this.durable, this.heldLongEnough))) {
      this.position = decision.position;
      if (toWrite.changed) this.hold(toWrite);
    } else {
      const result = this.store.commit(this.owner, this.durable, toWrite, release, dueAtMs);
      if (result === 'lost') {
        this.dead = true;
        return;
      }
      if (result === 'asked') return this.decideAgain(outcomes);
      for (const event of toWrite.events) this.world.note(`event ${event.type} ${event.step ?? ''}`);
      this.position = { ...decision.position, version: this.durable.version + 1 };
      this.durable = this.position;
      this.held = null;
      this.heldLongEnough = false;
    }
    if (release) {
      this.dead = true;
      return;
    }
    this.follow(decision);
  }

  private decideAgain(outcomes: readonly Outcome[]): void {
    const { requestedVerb, version } = this.store.position;
    this.position = { ...this.position, requestedVerb, version };
    this.durable = { ...this.durable, requestedVerb, version };
    this.outcomes.unshift(...outcomes);
    this.turn();
  }

  private follow(decision: Decision): void {
    if (this.crashes('after commit')) return;
    for (const instruction of decision.instructions) {
      this.calls.carryOut(instruction);
      if (this.crashes('after sending')) return;
    }
    if (decision.wakeAtMs === null) return;
    const tick = (this.tick += 1);
    this.world.after(Math.max(0, decision.wakeAtMs - this.world.nowMs), () => {
      if (tick === this.tick) this.push({ type: 'tick' });
    });
  }

  private hold(decision: Decision): void {
    if (this.held === null) {
      this.world.after(this.world.random() * 40, () => {
        this.heldLongEnough = this.held !== null;
        this.push({ type: 'tick' });
      });
    }
    this.held = decision;
  }

  /** Dies; its lease runs out, and somebody takes over. */
  private crashes(where: string): boolean {
    if (!this.world.chance(this.world.weather.crash)) return false;
    this.world.note(`crash ${where}`);
    this.freeze();
    return true;
  }
}
