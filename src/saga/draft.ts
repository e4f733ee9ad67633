import type { Facts } from './facts.js';
import type { Instruction, SagaEvent } from './outcome.js';
import type { ActionRecord, CallKind, Cause, Live, Position, StepRecord, WaitingFor } from './position.js';
import type { Seen } from './effect.js';
import type { Look } from './reported.js';
import type { TaskChange } from './task.js';
import { keyOf } from './position.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A copy of the position to write on, and a list of what was written: `decide` is pure to its callers and plain inside. */
export class Draft {
  readonly position: Writable<Position> & { steps: StepRecord[]; actions: ActionRecord[] };
  readonly live: {
    calls: Map<string, CallKind>;
    seen: Map<string, Seen>;
    foreseen: Map<string, Seen>;
    looked: Map<string, Seen>;
    handed: Map<string, Look>;
    sent: Set<string>;
    asking: Live['asking'];
    gated: number | null;
    planChecked: boolean;
    releasing: boolean;
  };
  readonly instructions: Instruction[] = [];
  readonly events: SagaEvent[] = [];
  readonly tasks: TaskChange[] = [];
  readonly changedSteps = new Set<number>();
  readonly changedActions = new Set<string>();
  /** What the decision waits for beyond the due times of steps and actions. */
  readonly waits: { readonly dueAtMs: number; readonly waiting: WaitingFor }[] = [];
  operationChanged = false;

  constructor(
    from: Position,
    readonly facts: Facts,
  ) {
    this.live = {
      calls: new Map(from.live.calls),
      seen: new Map(from.live.seen),
      foreseen: new Map(from.live.foreseen),
      looked: new Map(from.live.looked),
      handed: new Map(from.live.handed),
      sent: new Set(from.live.sent),
      asking: from.live.asking,
      gated: from.live.gated,
      planChecked: from.live.planChecked,
      releasing: from.live.releasing,
    };
    this.position = { ...from, steps: [...from.steps], actions: [...from.actions], live: this.live };
  }

  get changed(): boolean {
    return (
      this.operationChanged ||
      this.changedSteps.size > 0 ||
      this.changedActions.size > 0 ||
      this.events.length > 0 ||
      this.tasks.length > 0
    );
  }

  set(patch: Partial<Position>): void {
    Object.assign(this.position, patch);
    this.operationChanged = true;
  }

  setStep(position: number, patch: Partial<StepRecord>): StepRecord {
    const step = { ...this.stepAt(position), ...patch };
    this.position.steps[position] = step;
    this.changedSteps.add(position);
    return step;
  }

  setAction(key: string, patch: Partial<ActionRecord>): ActionRecord {
    const index = this.indexOf(key);
    const action = { ...(this.position.actions[index] as ActionRecord), ...patch };
    this.position.actions[index] = action;
    this.changedActions.add(key);
    return action;
  }

  addActions(actions: readonly ActionRecord[]): void {
    this.position.actions.push(...actions);
    for (const action of actions) this.changedActions.add(keyOf(action));
  }

  action(key: string): ActionRecord {
    return this.position.actions[this.indexOf(key)] as ActionRecord;
  }

  stepAt(position: number): StepRecord {
    const step = this.position.steps[position];
    if (step === undefined) throw new Error(`operation ${this.position.id} has no step ${position}`);
    return step;
  }

  actionsOf(position: number): ActionRecord[] {
    return this.position.actions.filter((action) => action.position === position);
  }

  isDue(budget: { dueAtMs: number | null }): boolean {
    return budget.dueAtMs === null || budget.dueAtMs <= this.facts.nowMs;
  }

  get callsInTheAir(): boolean {
    return this.live.calls.size > 0 || this.live.asking !== null;
  }

  /** No more calls at once; what has been read is about to have its effect sent. */
  get full(): boolean {
    return this.live.calls.size + this.live.seen.size >= this.facts.parallel;
  }

  waitUntil(dueAtMs: number, waiting: WaitingFor): void {
    this.waits.push({ dueAtMs, waiting });
  }

  emit(type: string, step?: string, members?: Record<string, string>, cause?: Cause): void {
    this.events.push({
      type,
      ...(step === undefined ? {} : { step }),
      ...(members === undefined ? {} : { members }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** Sends one call on its way once the decision is durable. */
  call(key: string, kind: CallKind): void {
    this.live.calls.set(key, kind);
    if (kind === 'read' || kind === 'read-back' || kind === 'look') {
      this.instructions.push({ do: 'read', key });
      return;
    }
    const seen = this.live.seen.get(key);
    if (seen === undefined) throw new Error(`effect of ${key} without a read before it`);
    this.live.seen.delete(key);
    this.live.sent.add(key);
    this.instructions.push({ do: kind, key, seen });
  }

  private indexOf(key: string): number {
    const index = this.position.actions.findIndex((action) => keyOf(action) === key);
    if (index < 0) throw new Error(`operation ${this.position.id} has no action ${key}`);
    return index;
  }
}
