import type { PlannedAction } from '../../src/saga/action.js';
import { approvalToCome } from '../../src/saga/approval.js';
import type { Decision } from '../../src/saga/decide.js';
import { decide } from '../../src/saga/decide.js';
import type { Seen } from '../../src/saga/effect.js';
import type { Facts } from '../../src/saga/facts.js';
import { mayHold, withHeld } from '../../src/saga/held.js';
import type { Instruction, Outcome, SagaEvent } from '../../src/saga/outcome.js';
import type { ActionRecord, Failure, Position, Schedule, VerbRequest } from '../../src/saga/position.js';
import { idle, isEnded, isParked, keyOf, newStep } from '../../src/saga/position.js';
import type { Change } from '../../src/saga/progress.js';
import { changeOf, progressOf, snapshotOf } from '../../src/saga/progress.js';
import type { Verb } from '../../src/saga/verbs.js';
import { possibleVerbs, verbs } from '../../src/saga/verbs.js';
import { judgeEnd } from './judge-end.js';
import { randomPlans, ScriptedTarget, seeded } from './scripted-target.js';

const timeoutMs = 1_000;
const lateMs = 500;
const leaseMs = 2_000;
const compactFrom = 8;
const digest = 'sha256:plan';

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** How bad the days are, each a probability. */
export interface Weather {
  readonly lost: number;
  readonly fails: number;
  readonly rejects: number;
  readonly accepted: number;
  readonly crash: number;
  readonly freeze: number;
  readonly verb: number;
  /** Requests of every kind at any moment, some of them two at once; and operations that need approval, or have a window. */
  readonly everyVerb: number;
  readonly rejectFinding: number;
}

/** A request that was taken, until it is settled. */
interface Taken {
  readonly verb: Verb;
  readonly state: Position['state'];
  readonly direction: Position['direction'];
}

export interface Run {
  readonly seed: number;
  readonly state: string;
  /** What became of requests: `<verb> applied`, `<verb> overtaken`, `<verb> refused`. */
  readonly verbs: readonly string[];
  readonly problems: readonly string[];
  readonly history: readonly string[];
}

/**
 * One operation against a scripted target on a fake clock: workers that crash or freeze between any two writes, answers
 * that are lost before or after the effect, effects that land late, requests at any moment. Everything follows from the seed.
 */
export class Simulation {
  private readonly random: () => number;
  private readonly target: ScriptedTarget;
  private readonly history: string[] = [];
  private readonly problems: string[] = [];
  private queue: Scheduled[] = [];
  private order = 0;
  private nowMs = 1_000_000;
  /** What is in the database. */
  private stored: Position;
  private changes: Change[] = [];
  private owner = 0;
  private leaseUntilMs = 0;
  private callsUntilMs: number | null = null;
  private dueAtMs: number | null = this.nowMs;
  private weather: Weather;
  private taken: Taken | null = null;
  private readonly verbs: string[] = [];

  constructor(
    readonly seed: number,
    weather: Weather,
  ) {
    this.random = seeded(seed);
    this.weather = weather;
    const everyVerb = this.random() < weather.everyVerb;
    this.target = new ScriptedTarget(randomPlans(this.random));
    this.stored = {
      id: 'operation',
      kind: 'test',
      solutionId: 'solution',
      target: 't',
      tenant: 'e',
      key: 'k',
      state: 'queued',
      direction: 'forward',
      aim: 'complete',
      version: 1,
      steps: [...this.target.plans.keys()].map((name, position) => newStep(position, name)),
      actions: [],
      schedule: everyVerb && this.random() < 0.3 ? this.window() : null,
      locksHeld: false,
      serviceDown: false,
      input: {
        desired: {},
        requestedBy: 'test',
        externalReference: [],
        correlationId: null,
        causationId: null,
      },
      planId: null,
      planDigest: null,
      approval: everyVerb && this.random() < 0.3 ? approvalToCome : null,
      waitingFor: null,
      error: null,
      requestedVerb: null,
      leftBehind: [],
      createdAtMs: this.nowMs,
      updatedAtMs: this.nowMs,
      startedAtMs: null,
      endedAtMs: null,
      live: idle,
    };
    if (everyVerb) this.askAtAnyMoment();
  }

  /** Two at the same moment now and then; most of them meet an operation that they do not fit. */
  private askAtAnyMoment(): void {
    const requests = 1 + Math.floor(this.random() * 12);
    for (let n = 0; n < requests; n += 1) {
      const atMs = this.random() * 4_000;
      const rivals = this.random() < 0.3 ? 2 : 1;
      for (let rival = 0; rival < rivals; rival += 1) {
        const verb = verbs[Math.floor(this.random() * verbs.length)] ?? 'pause';
        this.after(atMs, () => this.ask(verb));
      }
    }
  }

  /** Soon, long enough for the outage there and back or not. */
  private window(): Schedule {
    const notBeforeMs = this.nowMs + Math.floor(this.random() * 3_000);
    const longMs = this.random() < 0.5 ? 1_000 : 60_000;
    return { notBeforeMs: null, window: { notBeforeMs, notAfterMs: notBeforeMs + longMs } };
  }

  run(): Run {
    this.after(0, () => this.claim());
    if (this.random() < this.weather.verb)
      this.after(this.random() * 5_000, () => this.ask(this.random() < 0.6 ? 'cancel' : 'pause'));
    const stormyUntil = 4_000;
    let fair = false;
    for (let turns = 0; !isEnded(this.stored.state) || this.queue.length > 0; turns += 1) {
      if (turns > 20_000) return this.report(`no end after 20,000 events; ${this.stored.state}`);
      if (turns > stormyUntil && !fair) {
        fair = true;
        this.weather = { ...this.weather, lost: 0, fails: 0, rejects: 0, accepted: 0, crash: 0, freeze: 0 };
      }
      const next = this.pop();
      if (next === null) {
        if (isEnded(this.stored.state)) break;
        if (!isParked(this.stored.state)) return this.report(`stands still in ${this.stored.state}`);
        fair = true;
        this.weather = { ...this.weather, lost: 0, fails: 0, rejects: 0, accepted: 0, crash: 0, freeze: 0 };
        const offered = possibleVerbs(this.stored);
        const verb = this.verbOf(offered);
        if (!offered.includes(verb)) return this.report(`parked without ${verb}`);
        this.ask(verb);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    this.problems.push(...judgeEnd(this.stored, this.target));
    if (this.taken !== null) this.problems.push(`${this.taken.verb} was taken and never settled`);
    for (const [state, needed] of Object.entries(askedFor))
      if (this.stored.state === state && !needed.some((verb) => this.verbs.includes(`${verb} applied`)))
        this.problems.push(`${state} although nobody asked for it`);
    return this.report(null);
  }

  /** Whatever helps: a paused one goes on or is turned round, one that needs attention is tried again or turned round. */
  private verbOf(offered: readonly Verb[]): Verb {
    if (this.weather.everyVerb > 0 && this.random() < 0.5)
      return offered[Math.floor(this.random() * offered.length)] ?? 'retry';
    if (offered.includes('approve')) return 'approve';
    if (offered.includes('reschedule') && this.stored.state === 'needs-attention') return 'reschedule';
    if (offered.includes('compensate') && this.random() < 0.3) return 'compensate';
    return offered.includes('resume') ? 'resume' : 'retry';
  }

  private report(problem: string | null): Run {
    if (problem !== null) this.problems.push(problem);
    const { seed, verbs: asked, problems, history } = this;
    return { seed, state: this.stored.state, verbs: asked, problems, history };
  }

  private after(delayMs: number, run: () => void): void {
    this.queue.push({ atMs: this.nowMs + Math.ceil(delayMs), order: (this.order += 1), run });
  }

  private pop(): Scheduled | null {
    let best: Scheduled | null = null;
    for (const item of this.queue) {
      if (best === null || item.atMs < best.atMs || (item.atMs === best.atMs && item.order < best.order))
        best = item;
    }
    if (best !== null) this.queue = this.queue.filter((item) => item !== best);
    return best;
  }

  private note(line: string): void {
    this.history.push(`${this.nowMs - 1_000_000} ${line}`);
  }

  /** A request as the interface records it: its own commit, version raised. */
  private ask(verb: Verb): void {
    if (this.stored.requestedVerb !== null || !possibleVerbs(this.stored).includes(verb)) {
      this.verbs.push(`${verb} refused`);
      return;
    }
    this.note(`asked: ${verb}`);
    const { state, direction, approval } = this.stored;
    const request: VerbRequest = {
      verb,
      by: 'somebody',
      atMs: this.nowMs,
      reason: 'test',
      ...(verb === 'approve' ? { digest: approval?.digest ?? '' } : {}),
      ...(verb === 'mark-done' ? { evidence: 'seen' } : {}),
      ...(verb === 'reschedule'
        ? { window: { notBeforeMs: this.nowMs, notAfterMs: this.nowMs + 600_000 } }
        : {}),
    };
    this.taken = { verb, state, direction };
    this.stored = { ...this.stored, requestedVerb: request, version: this.stored.version + 1 };
    if (this.owner === 0) {
      this.dueAtMs = this.nowMs;
      this.after(0, () => this.claim());
    }
  }

  /** Each request that was taken takes effect once, or was overtaken by something that whoever asked can see. */
  private settle(to: Position, events: readonly SagaEvent[]): void {
    const applied = events.filter(({ type }) => type === 'operation.verb-applied');
    const { taken } = this;
    if (applied.length > (taken === null ? 0 : 1))
      this.problems.push(`${applied.length} requests took effect, ${taken?.verb ?? 'none'} was asked`);
    if (taken === null || to.requestedVerb !== null) return;
    this.taken = null;
    if (applied.length === 1) {
      this.verbs.push(`${taken.verb} applied`);
      if (applied[0]?.members?.['verb'] !== taken.verb) this.problems.push(`not ${taken.verb} took effect`);
      return;
    }
    this.verbs.push(`${taken.verb} overtaken`);
    const isSeen =
      to.state !== taken.state ||
      to.direction !== taken.direction ||
      to.waitingFor?.detail.startsWith('mark-done-refused') === true;
    if (!isSeen) this.problems.push(`${taken.verb} did nothing in ${to.state}, and nothing says why`);
    if (taken.verb === 'cancel') this.problems.push(`cancel was taken and did nothing; ${to.state}`);
  }

  private claim(): void {
    if (this.owner !== 0 || this.dueAtMs === null || this.dueAtMs > this.nowMs || isEnded(this.stored.state))
      return;
    this.owner = this.order;
    this.leaseUntilMs = this.nowMs + leaseMs;
    // As its rows are read: what is written has to say all that was known.
    const names = this.stored.steps.map((step) => step.name);
    const changes = JSON.parse(JSON.stringify(this.changes)) as Change[];
    const loaded = { ...this.stored, ...progressOf(names, changes), live: idle };
    new SimulatedWorker(this, this.owner, loaded, this.callsUntilMs);
  }

  /** What a worker sees and may do; one object per life of a process. */
  readonly world = {
    now: (): number => this.nowMs,
    random: (): number => this.random(),
    after: (delayMs: number, run: () => void): void => this.after(delayMs, run),
    note: (line: string): void => this.note(line),
    owns: (owner: number): boolean => this.owner === owner,
    renew: (owner: number): void => {
      if (this.owner === owner) this.leaseUntilMs = this.nowMs + leaseMs;
    },
    weather: (): Weather => this.weather,
    stored: (): Position => this.stored,
    fence: (): boolean => this.leaseUntilMs - this.nowMs >= timeoutMs,
    problem: (line: string): void => {
      this.problems.push(line);
    },
    target: (): ScriptedTarget => this.target,
    commit: (
      owner: number,
      from: Position,
      decision: Decision,
      release: boolean,
      dueAtMs: number | null,
    ): 'durable' | 'asked' | 'lost' => {
      if (this.owner !== owner) return 'lost';
      if (from.version !== this.stored.version) return 'asked';
      const to = decision.position;
      const change = this.changes.length >= compactFrom ? snapshotOf(to) : changeOf(from, decision);
      this.settle(to, decision.events);
      if (this.changes.length >= compactFrom) this.changes = [];
      if (change !== null) this.changes.push(change);
      this.stored = { ...to, version: from.version + 1, live: idle };
      this.callsUntilMs = null;
      if (release) {
        this.owner = 0;
        this.dueAtMs = dueAtMs;
        if (dueAtMs !== null) this.after(Math.max(0, dueAtMs - this.nowMs), () => this.claim());
      }
      return 'durable';
    },
    /** The process is gone; its lease runs out and somebody takes over. */
    abandoned: (owner: number): void => {
      const inMs = Math.max(0, this.leaseUntilMs - this.nowMs) + 1;
      this.after(inMs, () => {
        if (this.owner !== owner) return;
        this.note('taken over');
        this.owner = 0;
        this.callsUntilMs = Math.max(this.callsUntilMs ?? 0, this.leaseUntilMs);
        this.dueAtMs = this.nowMs;
        this.claim();
      });
    },
  };
}

/** Ends that come about by a request only. */
const askedFor: Readonly<Record<string, readonly Verb[]>> = {
  cancelled: ['cancel'],
  abandoned: ['abandon', 'skip'],
};

class SimulatedWorker {
  private outcomes: Outcome[] = [];
  private dead = false;
  private busy = false;
  private tick = 0;
  private durable: Position;
  private held: Decision | null = null;
  private heldLongEnough = false;

  constructor(
    private readonly simulation: Simulation,
    private readonly owner: number,
    private position: Position,
    callsUntilMs: number | null,
  ) {
    this.durable = position;
    this.push({ type: 'claimed', callsUntilMs });
  }

  private get world() {
    return this.simulation.world;
  }

  private push(outcome: Outcome): void {
    if (this.dead) return;
    this.outcomes.push(outcome);
    if (!this.busy) this.turn();
  }

  private turn(): void {
    if (this.dead || this.outcomes.length === 0) return;
    const outcomes = this.outcomes.splice(0);
    this.world.renew(this.owner);
    const facts: Facts = {
      nowMs: this.world.now(),
      random: this.world.random(),
      timeoutMs,
      lateMs,
      parallel: 3,
      pollMs: 100,
      task: () => ({ dueMs: 60_000, remindMs: 60_000, assignee: null }),
      retry: () => ({
        attempts: 4,
        firstDelayMs: 50,
        factor: 2,
        maxDelayMs: 2_000,
        totalMs: 600_000,
        attemptsBack: 6,
        totalBackMs: 600_000,
      }),
    };
    const decision = decide(this.position, outcomes, facts);
    const { state } = decision.position;
    const standing = isEnded(state) || isParked(state);
    if (decision.idle && !standing && decision.wakeAtMs === null)
      this.world.problem(`idle in ${state} with nothing due`);
    const release =
      decision.idle && (standing || decision.wakeAtMs === null || decision.wakeAtMs - facts.nowMs > 1_000);
    if (this.crashes('before commit')) return;
    const toWrite = withHeld(this.held, decision);
    if (!release && (!toWrite.changed || mayHold(decision, this.durable, this.heldLongEnough))) {
      this.position = decision.position;
      if (toWrite.changed) this.hold(toWrite);
    } else {
      const dueAtMs = standing ? null : (decision.wakeAtMs ?? facts.nowMs);
      const result = this.world.commit(this.owner, this.durable, toWrite, release, dueAtMs);
      if (result === 'lost') {
        this.dead = true;
        return;
      }
      if (result === 'asked') {
        const { requestedVerb, version } = this.world.stored();
        this.position = { ...this.position, requestedVerb, version };
        this.durable = { ...this.durable, requestedVerb, version };
        this.outcomes.unshift(...outcomes);
        this.turn();
        return;
      }
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
    if (this.crashes('after commit')) return;
    for (const instruction of decision.instructions) {
      this.carryOut(instruction);
      if (this.crashes('after sending')) return;
    }
    if (decision.wakeAtMs !== null) {
      const tick = (this.tick += 1);
      this.world.after(Math.max(0, decision.wakeAtMs - this.world.now()), () => {
        if (tick === this.tick) this.push({ type: 'tick' });
      });
    }
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

  /** Dies, or freezes beyond its lease and wakes up as a stranger. */
  private crashes(where: string): boolean {
    if (this.world.random() >= this.world.weather().crash) return false;
    this.world.note(`crash ${where}`);
    this.dead = true;
    this.world.abandoned(this.owner);
    return true;
  }

  private answer(delayMs: number, outcome: Outcome): void {
    this.world.after(delayMs, () => this.push(outcome));
  }

  private carryOut(instruction: Instruction): void {
    const { random } = this.world;
    const latencyMs = random() * 50;
    switch (instruction.do) {
      case 'observe': {
        if (this.world.weather().everyVerb > 0 && random() < this.world.weather().fails) {
          const failure = { class: 'transient', detail: 'no answer' } as const;
          return this.answer(latencyMs, { type: 'observe-failed', failure });
        }
        const name = this.position.steps[instruction.step]?.name ?? '';
        const finding = { severity: 'error', code: 'target-refused', detail: 'no', object: null } as const;
        const rejects = name === 'verify-service' && random() < this.world.weather().rejectFinding;
        const actions = this.world.target().plans.get(name) ?? [];
        const plan = {
          actions,
          findings: rejects ? [finding] : [],
          ...(random() < 0.5 ? { seen: this.foresee(actions) } : {}),
          ...(name === 'inspect' ? { locks: ['a'] } : {}),
        };
        return this.answer(latencyMs, { type: 'observed', plan });
      }
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

  /** What a step saw while it planned: used in place of the first read. */
  private foresee(actions: readonly PlannedAction[]): ReadonlyMap<number, Seen> {
    const target = this.world.target();
    const atMs = this.world.now();
    return new Map(
      actions.map(({ object: { name } }, index) => [
        index + 1,
        { image: target.values.get(name) ?? null, underway: target.moving.has(name), atMs },
      ]),
    );
  }

  private actionOf(key: string): ActionRecord {
    return this.position.actions.find((action) => keyOf(action) === key) as ActionRecord;
  }

  private read(key: string, latencyMs: number): void {
    const name = this.actionOf(key).spec.object.name;
    if (this.world.random() < this.world.weather().fails / 2) {
      const failure: Failure = {
        class: this.world.random() < 0.5 ? 'target-down' : 'transient',
        detail: 'read failed',
      };
      return this.answer(latencyMs, { type: 'read-failed', key, failure });
    }
    const atMs = this.world.now();
    this.world.after(latencyMs / 2, () => {
      const target = this.world.target();
      const seen = { image: target.values.get(name) ?? null, underway: target.moving.has(name), atMs };
      this.answer(latencyMs / 2, { type: 'read', key, seen });
    });
  }

  private effect(key: string, call: 'apply' | 'revert', latencyMs: number): void {
    const action = this.actionOf(key);
    const name = action.spec.object.name;
    const to = call === 'apply' ? action.spec.after : action.spec.before;
    const weather = this.world.weather();
    // Frozen between the commit and the bytes: the time fence is asked in the last moment.
    const frozenMs = this.world.random() < weather.freeze ? this.world.random() * 2 * leaseMs : 0;
    if (frozenMs > 0) {
      this.world.note(`frozen ${Math.round(frozenMs)} ms`);
      this.dead = true;
      this.world.abandoned(this.owner);
    }
    this.world.after(frozenMs, () => {
      if (frozenMs > 0 && (!this.world.owns(this.owner) || !this.world.fence())) return;
      if (frozenMs === 0) this.checkIntent(key, call);
      this.send(key, call, name, to, latencyMs);
    });
  }

  private checkIntent(key: string, call: 'apply' | 'revert'): void {
    const written = this.world.stored().actions.find((action) => keyOf(action) === key)?.state;
    const intents = call === 'apply' ? ['started'] : ['reverting'];
    if (this.world.owns(this.owner) && !intents.includes(written ?? ''))
      this.world.problem(`${call} ${key} without an intent (${String(written)})`);
  }

  private send(
    key: string,
    call: 'apply' | 'revert',
    name: string,
    to: ActionRecord['spec']['after'],
    latencyMs: number,
  ): void {
    const weather = this.world.weather();
    const { random } = this.world;
    const target = this.world.target();
    const sentAtMs = this.world.now();
    const land = (delayMs: number): void =>
      this.world.after(delayMs, () => {
        this.world.note(`landed ${call} ${name}`);
        target.land(this.world.now(), name, to);
      });
    const fail = (failure: Failure, delayMs = latencyMs): void =>
      this.answer(delayMs, { type: 'effect-failed', key, failure, sentAtMs });
    const dice = random();
    if (dice < weather.lost) {
      const after = random();
      if (after < 0.3) land(latencyMs / 2);
      else if (after < 0.6) land(random() * (timeoutMs + lateMs - 1));
      this.world.note(`lost answer of ${call} ${name}`);
      return fail({ class: 'unknown', detail: 'lost' }, random() * timeoutMs);
    }
    if (dice < weather.lost + weather.fails) {
      const classes = ['transient', 'throttled', 'target-down', 'conflict', 'auth'] as const;
      return fail({ class: classes[Math.floor(random() * classes.length)] ?? 'transient', detail: 'failed' });
    }
    if (call === 'apply' && dice < weather.lost + weather.fails + weather.rejects)
      return fail({ class: 'invalid', detail: 'rejected' });
    if (random() < weather.accepted && !target.moving.has(name)) {
      const falls = random() < 0.2;
      this.world.after(latencyMs / 2, () => {
        target.moving.add(name);
        const from = target.values.get(name) ?? null;
        this.world.after(random() * 1_500, () => target.land(this.world.now(), name, falls ? from : to));
      });
      return this.answer(latencyMs, { type: 'effected', key, effected: { effected: 'accepted' } });
    }
    land(latencyMs / 2);
    this.answer(latencyMs, { type: 'effected', key, effected: { effected: 'done' } });
  }
}
