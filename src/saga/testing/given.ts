import type { Finding, PlannedAction } from '../action.js';
import type { CallErrorClass } from '../call-error.js';
import type { Decision } from '../decide.js';
import { decide } from '../decide.js';
import type { Seen } from '../effect.js';
import type { Facts } from '../facts.js';
import type { Json } from '../json.js';
import type { Instruction, Outcome } from '../outcome.js';
import { outputsOf } from '../outputs.js';
import type { ActionRecord, Failure, Position, VerbRequest, StepRecord } from '../position.js';
import { idle, isEnded, isParked, keyOf, newStep } from '../position.js';
import { resolve } from '../reference.js';
import type { RetryPolicy } from '../retry.js';
import type { StepPlan } from '../step.js';
import type { ReportedOutcome, TaskReport } from '../reported.js';
import type { OpenedTask, TaskChange, TaskTerms } from '../task.js';
import { frozen } from './frozen.js';

/** When every example begins, epoch ms. */
export const beganAtMs = 1_000_000;

export const policy: RetryPolicy = {
  attempts: 3,
  firstDelayMs: 100,
  factor: 2,
  maxDelayMs: 1_000,
  totalMs: 60_000,
  attemptsBack: 4,
  totalBackMs: 120_000,
};

export const limits = { timeoutMs: 1_000, lateMs: 500, parallel: 3, pollMs: 100 } as const;

/** Of work that is handed to a person. */
export const terms: TaskTerms = { dueMs: 10_000, remindMs: 4_000, assignee: 'night shift' };

/** An action on an object of its own: it holds `null` before and `"<name> made"` after. */
export const making = (name: string, extra: Partial<PlannedAction> = {}): PlannedAction => ({
  kind: 'update',
  object: { type: 1, name, dbid: null },
  before: null,
  after: `${name} made`,
  stage: 1,
  ...extra,
});

/** A server that is stopped, and started again: the shape of an outage. */
export const stopping = (name: string, extra: Partial<PlannedAction> = {}): PlannedAction =>
  making(name, {
    kind: 'stop',
    before: 'running',
    after: 'stopped',
    outage: 'opens',
    service: 'lost',
    underwayMs: 3_000,
    ...extra,
  });

export const starting = (name: string, extra: Partial<PlannedAction> = {}): PlannedAction =>
  making(name, {
    kind: 'start',
    before: 'stopped',
    after: 'running',
    outage: 'closes',
    service: 'restored',
    underwayMs: 3_000,
    ...extra,
  });

export const finding = (severity: Finding['severity'], code: string, detail: string): Finding => ({
  severity,
  code,
  detail,
  object: null,
});

type Plans = Readonly<Record<string, readonly PlannedAction[] | Partial<StepPlan>>>;

/** An operation just accepted, whose steps will plan these actions. */
export const given = (plans: Plans, extra: Partial<Position> = {}): Example => new Example(plans, extra);

/**
 * One operation taken from decision to decision by hand. Calls are named as a reader would: `read one`, `apply one`,
 * `observe work`. Every position is frozen before it is decided on, so that every example also shows that `decide` is pure.
 */
export class Example {
  position: Position;
  /** The last decision. */
  decision!: Decision;
  onDecision: ((decision: Decision) => void) | undefined;
  /** Instructions that nobody has answered yet, oldest first. */
  waiting: Instruction[] = [];
  /** Everything instructed and every event, from the beginning. */
  readonly calls: string[] = [];
  readonly events: string[] = [];
  /** Everything that became of tasks. */
  readonly tasks: TaskChange[] = [];
  /** What the objects hold as long as only we change them. */
  readonly target = new Map<string, Json>();
  /** Of the plan of the target as it is now. */
  digest = '';
  private nowMs = beganAtMs;
  private readonly plans: ReadonlyMap<string, Partial<StepPlan>>;
  private facts: Partial<Facts> = {};

  constructor(plans: Plans, extra: Partial<Position>) {
    this.plans = new Map(
      Object.entries(plans).map(([name, plan]) => [name, 'length' in plan ? { actions: plan } : plan]),
    );
    this.position = newOperation([...this.plans.keys()], extra);
    this.digest = this.position.planDigest ?? 'sha256:plan';
  }

  with(facts: Partial<Facts>): this {
    this.facts = { ...this.facts, ...facts };
    return this;
  }

  get now(): Facts {
    return {
      nowMs: this.nowMs,
      random: 0.5,
      ...limits,
      retry: () => policy,
      task: () => terms,
      ...this.facts,
    };
  }

  get state(): Position['state'] {
    return this.position.state;
  }

  /** Calls that are in the air now. */
  get inTheAir(): string[] {
    return this.waiting.map((instruction) => this.nameOf(instruction));
  }

  /** In ms from now; null: only when something happens. */
  get wakesInMs(): number | null {
    return this.decision.wakeAtMs === null ? null : this.decision.wakeAtMs - this.nowMs;
  }

  /** The task in a person's hand. */
  get openTask(): OpenedTask | null {
    const opened = this.tasks.findLast((change) => change.change === 'open');
    const isClosed = this.tasks.some((change) => change.change === 'close' && change.id === opened?.id);
    return opened === undefined || isClosed ? null : opened;
  }

  step(name: string): StepRecord {
    return found(
      this.position.steps.find((step) => step.name === name),
      name,
    );
  }

  action(name: string): ActionRecord {
    return found(
      this.position.actions.find((action) => action.spec.object.name === name),
      name,
    );
  }

  when(...outcomes: readonly Outcome[]): this {
    this.decision = decide(frozen(this.position), frozen(outcomes), this.now);
    this.onDecision?.(this.decision);
    this.position = { ...this.decision.position, version: this.position.version + 1 };
    this.waiting.push(...this.decision.instructions);
    this.tasks.push(...this.decision.tasks);
    this.calls.push(...this.decision.instructions.map((instruction) => this.nameOf(instruction)));
    this.events.push(...this.decision.events.map(({ type, step }) => (step ? `${type} ${step}` : type)));
    return this;
  }

  claimed(): this {
    return this.when({ type: 'claimed', callsUntilMs: null });
  }

  /** Time goes by; nothing is decided. */
  passes(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  after(ms: number): this {
    return this.passes(ms).when({ type: 'tick' });
  }

  /** A request recorded by the interface; the operation hears of it with whatever happens next. */
  requested(verb: string, extra: Partial<VerbRequest> = {}): this {
    const requestedVerb = { verb, by: 'somebody', atMs: this.nowMs, reason: 'an example', ...extra };
    this.position = { ...this.position, requestedVerb };
    return this;
  }

  /** A request, and the operation told to look. */
  asked(verb: string, extra: Partial<VerbRequest> = {}): this {
    return this.requested(verb, extra).when({ type: 'tick' });
  }

  reads(name: string, image: Json, extra: Omit<Extract<Seen, { image: Json }>, 'image'> = {}): this {
    return this.answered(`read ${name}`, { type: 'read', key: this.key(name), seen: { image, ...extra } });
  }

  cannotTell(name: string, why: string): this {
    return this.answered(`read ${name}`, { type: 'read', key: this.key(name), seen: { cannotTell: why } });
  }

  /** The driver has no way to make the effect in the air. */
  needsPerson(name: string, detail = 'no way to write it'): this {
    const effected = { effected: 'task' as const, detail };
    return this.answered(this.effectOf(name), { type: 'effected', key: this.key(name), effected });
  }

  /** Every action whose name is given cannot be seen by the service; the others go well, until the operation stands or ends. */
  untilTask(...unseen: readonly string[]): this {
    if (this.position.version === 1) this.claimed();
    for (let turns = 0; turns < 1_000; turns += 1) {
      const blind = unseen.find((name) => this.inTheAir.includes(`read ${name}`));
      if (blind !== undefined) this.cannotTell(blind, 'nobody can see it from here');
      else if (this.inTheAir.length === 0 && (isEnded(this.state) || isParked(this.state))) return this;
      else this.goOn();
    }
    throw new Error(`no task; ${this.state}: ${this.calls.join(', ')}`);
  }

  /** A person reports the open task: by name of the object, what it held before and how it went. */
  reports(
    outcome: ReportedOutcome,
    results: Readonly<Record<string, 'done' | 'not-done' | { readonly before: Json }>>,
    extra: Partial<VerbRequest> = {},
  ): this {
    const byKey = Object.entries(results).map(([name, result]) => [
      this.key(name),
      typeof result === 'string' ? { outcome: result } : { outcome: 'done', ...result },
    ]);
    const report = {
      task: this.position.waitingFor?.task ?? '',
      outcome,
      results: Object.fromEntries(byKey) as TaskReport['results'],
      evidence: 'as the ticket says',
    };
    return this.asked('complete-task', { report, ...extra });
  }

  readFails(name: string, failure: CallErrorClass | Failure): this {
    return this.answered(`read ${name}`, {
      type: 'read-failed',
      key: this.key(name),
      failure: failed(failure),
    });
  }

  /** The effect in the air is made and says so. */
  does(name: string, output?: Json): this {
    const effected = { effected: 'done' as const, ...(output === undefined ? {} : { output }) };
    return this.answered(this.effectOf(name), { type: 'effected', key: this.key(name), effected });
  }

  accepts(name: string): this {
    const effected = { effected: 'accepted' as const };
    return this.answered(this.effectOf(name), { type: 'effected', key: this.key(name), effected });
  }

  /** The read in the air fails, and the tries are used up: outside an outage the run is parked. */
  givesUp(name: string): this {
    const { facts } = this;
    this.facts = { ...facts, retry: () => ({ ...policy, attempts: 1, attemptsBack: 1 }) };
    this.readFails(name, 'transient');
    this.facts = facts;
    return this;
  }

  fails(name: string, failure: CallErrorClass | Failure): this {
    const outcome = { type: 'effect-failed' as const, failure: failed(failure), sentAtMs: this.nowMs };
    return this.answered(this.effectOf(name), { ...outcome, key: this.key(name) });
  }

  /** The question in the air (observe, lock, gate, plan, check-plan) is answered. */
  answers(outcome: Outcome): this {
    const at = this.waiting.findIndex(({ do: what }) =>
      ['observe', 'lock', 'gate', 'plan', 'check-plan'].includes(what),
    );
    if (at < 0) throw new Error('no question is in the air');
    this.waiting.splice(at, 1);
    return this.when(outcome);
  }

  /** Everything goes well until this call is in the air, which stays unanswered. */
  until(call: string): this {
    if (this.position.version === 1) this.claimed();
    for (let turns = 0; turns < 1_000; turns += 1) {
      if (this.inTheAir.includes(call)) return this;
      this.goOn();
    }
    throw new Error(`${call} was never in the air; ${this.state}: ${this.calls.join(', ')}`);
  }

  /** Everything goes well until the operation ends or is parked. */
  toItsEnd(): this {
    if (this.position.version === 1) this.claimed();
    for (let turns = 0; turns < 1_000; turns += 1) {
      if (this.inTheAir.length === 0 && (isEnded(this.state) || isParked(this.state))) return this;
      this.goOn();
    }
    throw new Error(`no end; ${this.state}: ${this.calls.join(', ')}`);
  }

  /** The worker is gone with everything it knew; another takes over when the lease has run out. */
  takenOver(leaseEndInMs: number): this {
    this.waiting = [];
    this.position = { ...this.position, live: idle };
    return this.when({ type: 'claimed', callsUntilMs: this.nowMs + leaseEndInMs });
  }

  /** Handed over in peace: nothing was in the air. */
  handedOver(): this {
    this.waiting = [];
    this.position = { ...this.position, live: idle };
    return this.claimed();
  }

  private goOn(): void {
    const next = this.waiting[0];
    if (next !== undefined) {
      this.answerWell(next);
      return;
    }
    if (this.position.live.releasing) {
      this.handedOver();
      return;
    }
    if (this.decision.wakeAtMs === null)
      throw new Error(`stands still in ${this.state}: ${this.calls.join(', ')}`);
    this.after(Math.max(0, this.decision.wakeAtMs - this.nowMs));
  }

  private answerWell(instruction: Instruction): void {
    switch (instruction.do) {
      case 'observe':
        this.answers({
          type: 'observed',
          plan: this.plan(this.position.steps[instruction.step]?.name ?? ''),
        });
        return;
      case 'lock':
        this.answers({ type: 'locked' });
        return;
      case 'gate':
        this.answers({ type: 'gated', findings: [] });
        return;
      case 'plan':
        this.answers({ type: 'planned', planId: 'plan-id', digest: this.digest, findings: [] });
        return;
      case 'check-plan':
        this.answers({ type: 'plan-checked', digest: this.digest });
        return;
      case 'read':
      case 'apply':
      case 'revert':
        this.callWell(instruction);
    }
  }

  private callWell(instruction: Extract<Instruction, { do: 'read' | 'apply' | 'revert' }>): void {
    const { spec } = found(
      this.position.actions.find((action) => keyOf(action) === instruction.key),
      instruction.key,
    );
    const { name } = spec.object;
    const outputs = outputsOf(this.position);
    if (instruction.do === 'read') this.reads(name, this.target.get(name) ?? resolve(spec.before, outputs));
    else {
      this.target.set(name, resolve(instruction.do === 'apply' ? spec.after : spec.before, outputs));
      this.does(name);
    }
  }

  plan(step: string): StepPlan {
    return { actions: [], findings: [], ...this.plans.get(step) };
  }

  /** What was read right before the effect in the air and handed to it. */
  handed(call: string): Seen | undefined {
    const instruction = this.waiting.find((candidate) => this.nameOf(candidate) === call);
    return instruction?.do === 'apply' || instruction?.do === 'revert' ? instruction.seen : undefined;
  }

  private answered(call: string, outcome: Outcome): this {
    const at = this.inTheAir.indexOf(call);
    if (at < 0) throw new Error(`${call} is not in the air, but ${this.inTheAir.join(', ') || 'nothing'}`);
    this.waiting.splice(at, 1);
    return this.when(outcome);
  }

  private effectOf(name: string): string {
    return this.inTheAir.includes(`revert ${name}`) ? `revert ${name}` : `apply ${name}`;
  }

  private key(name: string): string {
    return keyOf(this.action(name));
  }

  private nameOf(instruction: Instruction): string {
    switch (instruction.do) {
      case 'observe':
      case 'gate':
        return `${instruction.do} ${this.position.steps[instruction.step]?.name ?? ''}`;
      case 'lock':
        return `lock ${instruction.names.join(' ')}`;
      case 'plan':
      case 'check-plan':
        return instruction.do;
      case 'read':
      case 'apply':
      case 'revert': {
        const action = this.position.actions.find((candidate) => keyOf(candidate) === instruction.key);
        return `${instruction.do} ${found(action, instruction.key).spec.object.name}`;
      }
    }
  }
}

const failed = (failure: CallErrorClass | Failure): Failure =>
  typeof failure === 'string' ? { class: failure, detail: `told to fail: ${failure}` } : failure;

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

export const newOperation = (steps: readonly string[], extra: Partial<Position> = {}): Position => ({
  id: 'operation-id',
  kind: 'onboarding',
  solutionId: 'solution-id',
  target: 'lab',
  tenant: 'Environment',
  key: 'retail-email',
  state: 'queued',
  direction: 'forward',
  aim: 'complete',
  version: 1,
  steps: steps.map((name, position) => newStep(position, name)),
  actions: [],
  schedule: null,
  locksHeld: false,
  serviceDown: false,
  interruptions: [],
  input: {
    desired: {},
    requestedBy: 'local',
    externalReference: [],
    correlationId: null,
    causationId: null,
  },
  planId: null,
  planDigest: null,
  approval: null,
  waitingFor: null,
  error: null,
  requestedVerb: null,
  leftBehind: [],
  createdAtMs: beganAtMs,
  updatedAtMs: beganAtMs,
  startedAtMs: null,
  endedAtMs: null,
  live: idle,
  ...extra,
});
