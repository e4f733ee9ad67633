import type { PlannedAction } from '../../src/saga/action.js';
import type { Seen } from '../../src/saga/effect.js';
import type { Instruction, Outcome } from '../../src/saga/outcome.js';
import type { ActionRecord, Failure, Position } from '../../src/saga/position.js';
import { keyOf } from '../../src/saga/position.js';
import { digest, lateMs, leaseMs, timeoutMs } from './limits.js';
import type { Store } from './store.js';
import type { World } from './world.js';

/** The process that calls: where it stands, what it does with an answer, and its death. */
export interface Caller {
  readonly owner: number;
  readonly position: Position;
  push(outcome: Outcome): void;
  freeze(): void;
}

/** Questions and effects against the scripted target, with answers that come late, get lost or are refusals. */
export class Calls {
  constructor(
    private readonly world: World,
    private readonly store: Store,
    private readonly caller: Caller,
  ) {}

  carryOut(instruction: Instruction): void {
    const latencyMs = this.world.random() * 50;
    switch (instruction.do) {
      case 'observe':
        return this.observe(instruction.step, latencyMs);
      case 'lock':
        return this.answer(1, { type: 'locked' });
      case 'gate':
        return this.answer(latencyMs, { type: 'gated', findings: [] });
      case 'plan':
        return this.answer(latencyMs, { type: 'planned', planId: 'plan', digest, findings: [] });
      case 'check-plan':
        return this.answer(latencyMs, { type: 'plan-checked', digest });
      case 'read':
        return this.read(instruction.key, latencyMs);
      case 'apply':
      case 'revert':
        return this.effect(instruction.key, instruction.do, latencyMs);
    }
  }

  private answer(delayMs: number, outcome: Outcome): void {
    this.world.after(delayMs, () => this.caller.push(outcome));
  }

  private observe(step: number, latencyMs: number): void {
    const { world } = this;
    if (world.weather.everyVerb > 0 && world.chance(world.weather.fails)) {
      const failure = { class: 'transient', detail: 'no answer' } as const;
      return this.answer(latencyMs, { type: 'observe-failed', failure });
    }
    const name = this.caller.position.steps[step]?.name ?? '';
    const finding = { severity: 'error', code: 'target-refused', detail: 'no', object: null } as const;
    const rejects = name === 'verify-service' && world.chance(world.weather.rejectFinding);
    const actions = world.target.plans.get(name) ?? [];
    const plan = {
      actions,
      findings: rejects ? [finding] : [],
      ...(world.chance(0.5) ? { seen: this.foresee(actions) } : {}),
      ...(name === 'inspect' ? { locks: ['a'] } : {}),
    };
    this.answer(latencyMs, { type: 'observed', plan });
  }

  /** What a step saw while it planned: used in place of the first read. */
  private foresee(actions: readonly PlannedAction[]): ReadonlyMap<number, Seen> {
    return new Map(actions.map(({ object }, index) => [index + 1, this.see(object.name, this.world.nowMs)]));
  }

  private see(name: string, atMs: number): Seen {
    const { target } = this.world;
    if (target.byHand.get(name) === 'unseen') return { cannotTell: 'only a person sees it' };
    return { image: target.held(name), underway: target.moving.has(name), atMs };
  }

  private actionOf(key: string): ActionRecord {
    return this.caller.position.actions.find((action) => keyOf(action) === key) as ActionRecord;
  }

  private read(key: string, latencyMs: number): void {
    const { world } = this;
    const { name } = this.actionOf(key).spec.object;
    if (world.chance(world.weather.fails / 2)) {
      const failure: Failure = {
        class: world.chance(0.5) ? 'target-down' : 'transient',
        detail: 'read failed',
      };
      return this.answer(latencyMs, { type: 'read-failed', key, failure });
    }
    const atMs = world.nowMs;
    world.after(latencyMs / 2, () => {
      this.answer(latencyMs / 2, { type: 'read', key, seen: this.see(name, atMs) });
    });
  }

  private effect(key: string, call: 'apply' | 'revert', latencyMs: number): void {
    const { world } = this;
    const action = this.actionOf(key);
    const { name } = action.spec.object;
    const byHand = world.target.byHand.get(name);
    if (byHand === 'unseen') world.problem(`${call} ${name} was sent blindly`);
    if (byHand !== undefined) {
      const effected = { effected: 'task', detail: 'no way to write it' } as const;
      return this.answer(latencyMs, { type: 'effected', key, effected });
    }
    // Frozen between the commit and the bytes: the time fence is asked in the last moment.
    const frozenMs = world.chance(world.weather.freeze) ? world.random() * 2 * leaseMs : 0;
    if (frozenMs > 0) {
      world.note(`frozen ${Math.round(frozenMs)} ms`);
      this.caller.freeze();
    }
    world.after(frozenMs, () => {
      if (frozenMs > 0 && !this.store.mayCall(this.caller.owner)) return;
      if (frozenMs === 0) this.checkIntent(key, call);
      this.send(action, call, latencyMs);
    });
  }

  private checkIntent(key: string, call: 'apply' | 'revert'): void {
    const written = this.store.position.actions.find((action) => keyOf(action) === key)?.state;
    const intent = call === 'apply' ? 'started' : 'reverting';
    if (this.store.owns(this.caller.owner) && written !== intent)
      this.world.problem(`${call} ${key} without an intent (${String(written)})`);
  }

  private send(action: ActionRecord, call: 'apply' | 'revert', latencyMs: number): void {
    const { world } = this;
    const { weather, target } = world;
    const { name } = action.spec.object;
    const key = keyOf(action);
    const to = call === 'apply' ? action.spec.after : action.spec.before;
    const sentAtMs = world.nowMs;
    const land = (delayMs: number): void =>
      world.after(delayMs, () => {
        world.note(`landed ${call} ${name}`);
        target.land(world.nowMs, name, to);
      });
    const fail = (failure: Failure, delayMs = latencyMs): void =>
      this.answer(delayMs, { type: 'effect-failed', key, failure, sentAtMs });
    const dice = world.random();
    if (dice < weather.lost) {
      const after = world.random();
      if (after < 0.3) land(latencyMs / 2);
      else if (after < 0.6) land(world.random() * (timeoutMs + lateMs - 1));
      world.note(`lost answer of ${call} ${name}`);
      return fail({ class: 'unknown', detail: 'lost' }, world.random() * timeoutMs);
    }
    if (dice < weather.lost + weather.fails) {
      const classes = ['transient', 'throttled', 'target-down', 'conflict', 'auth'] as const;
      return fail({ class: world.oneOf(classes) ?? 'transient', detail: 'failed' });
    }
    if (call === 'apply' && dice < weather.lost + weather.fails + weather.rejects)
      return fail({ class: 'invalid', detail: 'rejected' });
    if (world.chance(weather.accepted) && !target.moving.has(name)) {
      const falls = world.chance(0.2);
      world.after(latencyMs / 2, () => {
        target.moving.add(name);
        const from = target.held(name);
        world.after(world.random() * 1_500, () => target.land(world.nowMs, name, falls ? from : to));
      });
      return this.answer(latencyMs, { type: 'effected', key, effected: { effected: 'accepted' } });
    }
    land(latencyMs / 2);
    this.answer(latencyMs, { type: 'effected', key, effected: { effected: 'done' } });
  }
}
