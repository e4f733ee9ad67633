import type { ActionKind, PlannedAction } from '../../src/saga/action.js';
import { ByHand } from '../../src/saga/by-hand.js';
import type { Call } from '../../src/saga/call.js';
import { CallError } from '../../src/saga/call-error.js';
import type { Effected, ResolvedAction, Seen } from '../../src/saga/effect.js';
import { Effect } from '../../src/saga/effect.js';
import type { Json } from '../../src/saga/json.js';
import type { Saga } from '../../src/saga/saga.js';
import { Step } from '../../src/saga/step.js';
import type { StepPlan } from '../../src/saga/step.js';

/** A target in memory whose every effect is logged, and which can be told to fail. */
export class MemoryTarget extends Effect {
  readonly values = new Map<string, Json>();
  readonly log: string[] = [];
  /** Names of objects that nobody but a person sees or changes. */
  readonly byHand = new Set<string>();
  /** Called before an effect is made; throw to fail it, or wait. */
  before: (action: ResolvedAction, call: 'apply' | 'revert') => Promise<void> | void = () => undefined;
  /** Called after an effect is made, before its answer. */
  after: (action: ResolvedAction, call: 'apply' | 'revert') => Promise<void> | void = () => undefined;

  override handles(_kind: ActionKind): boolean {
    return true;
  }

  override read(_call: Call, action: ResolvedAction): Promise<Seen> {
    if (this.byHand.has(action.object.name)) return Promise.reject(new ByHand('nobody sees it from here'));
    return Promise.resolve({ image: this.current(action) });
  }

  override apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    return this.effect(call, action, seen, 'apply');
  }

  override revert(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    return this.effect(call, action, seen, 'revert');
  }

  private current(action: ResolvedAction): Json {
    const key = `${action.solutionId}/${action.object.name}`;
    if (!this.values.has(key)) this.values.set(key, action.before);
    return this.values.get(key) ?? null;
  }

  private async effect(
    call: Call,
    action: ResolvedAction,
    _seen: Seen,
    kind: 'apply' | 'revert',
  ): Promise<Effected> {
    await this.before(action, kind);
    call.beforeSend(500);
    this.values.set(
      `${action.solutionId}/${action.object.name}`,
      kind === 'apply' ? action.after : action.before,
    );
    this.log.push(`${kind} ${action.object.name}`);
    await this.after(action, kind);
    return { effected: 'done', output: 100 + this.log.length };
  }
}

export class ListStep extends Step<Json, null> {
  constructor(
    override readonly name: string,
    private readonly actions: readonly PlannedAction[],
    private readonly extra: Partial<StepPlan> = {},
  ) {
    super();
  }

  override observe(): Promise<null> {
    return Promise.resolve(null);
  }

  override plan(): StepPlan {
    return { actions: this.actions, findings: [], ...this.extra };
  }
}

export const setting = (name: string, stage = 1, extra: Partial<PlannedAction> = {}): PlannedAction => ({
  kind: 'update',
  object: { type: 1, name, dbid: null },
  before: null,
  after: `${name} made`,
  stage,
  ...extra,
});

/** Four steps as the real ones are shaped: looks, does, does more, looks. */
export const testSaga = (extra: { rejectAtEnd?: boolean; locks?: readonly string[] } = {}): Saga => ({
  kind: 'onboarding',
  steps: [
    new ListStep('inspect', [], { locks: extra.locks ?? ['lock/a', 'lock/b'] }),
    new ListStep('first', [setting('one')]),
    new ListStep('second', [setting('two'), setting('three'), setting('four', 2)]),
    new ListStep(
      'verify',
      [],
      extra.rejectAtEnd === true
        ? { findings: [{ severity: 'error', code: 'internal', detail: 'not as it should be', object: null }] }
        : {},
    ),
  ] as unknown as Saga['steps'],
});

export const failing = (errorClass: ConstructorParameters<typeof CallError>[0]) => (): never => {
  throw new CallError(errorClass, `told to fail: ${errorClass}`);
};
