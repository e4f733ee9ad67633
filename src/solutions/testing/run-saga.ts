import type { Finding, PlannedAction } from '../../saga/action.js';
import { reading } from '../../saga/call.js';
import type { Effect, ResolvedAction, Seen } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import { sameJson } from '../../saga/json.js';
import { resolve } from '../../saga/reference.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { effects as effectClasses } from '../effects/effects.js';
import { onboarding } from '../sagas/onboarding.saga.js';
import type { FakePlatform } from './fake-target.js';

interface Done {
  readonly action: ResolvedAction;
  readonly effect: Effect;
}

/**
 * Goes through a saga as the engine does when nothing goes wrong: observe, plan, read, apply, and back again with
 * read and revert. What the engine does about failures is its own room's to show.
 */
export class SagaRun {
  readonly findings: Finding[] = [];
  readonly plans = new Map<string, StepPlan>();
  private refs: { readonly [name: string]: Json } = {};
  private readonly outputs = new Map<string, Json>();
  private readonly done: Done[] = [];
  private readonly effects: readonly Effect[];
  private readonly steps;

  constructor(
    private readonly platform: FakePlatform,
    private readonly desired: Desired,
    private readonly dryRun = false,
  ) {
    this.effects = effectClasses.map((effect) => new effect(platform.targets));
    this.steps = onboarding.steps.map((step) => new step(platform.targets, platform.claimsPort));
  }

  /** @param before the step to stop at */
  async forward(before?: string): Promise<void> {
    for (const step of this.steps) {
      if (step.name === before) return;
      const context = this.context();
      const plan = step.plan((await step.observe(context)) as never, context);
      this.plans.set(step.name, plan);
      this.findings.push(...plan.findings);
      this.refs = { ...this.refs, ...plan.refs };
      if (plan.findings.some(({ severity }) => severity === 'error')) return;
      if (!this.dryRun) await this.carryOut(step.name, plan);
    }
  }

  async undo(): Promise<void> {
    for (const { action, effect } of [...this.done].reverse()) {
      const seen = await effect.read(reading, action);
      if (sameJson(imageOf(seen), action.before)) continue;
      if (!sameJson(imageOf(seen), action.after))
        throw new Error(`${action.kind} "${action.object.name}" was changed by another`);
      await effect.revert(reading, action, seen);
    }
  }

  context(): StepContext<Desired> {
    const stepStartedAtMs = 0;
    const nowMs = this.dryRun ? 0 : this.platform.config.settleMs;
    const ids = { operationId: 'operation-1', solutionId: 'solution-1' };
    return {
      call: reading,
      desired: this.desired,
      refs: this.refs,
      outputs: this.outputs,
      ...ids,
      dryRun: this.dryRun,
      nowMs,
      stepStartedAtMs,
    };
  }

  private async carryOut(step: string, { actions }: StepPlan): Promise<void> {
    const numbered = actions.map((spec, index) => ({ spec, number: index + 1 }));
    for (const { spec, number } of numbered.sort((a, b) => a.spec.stage - b.spec.stage))
      await this.act(step, number, spec);
  }

  private async act(step: string, number: number, spec: PlannedAction): Promise<void> {
    const effect = this.effects.find((one) => one.handles(spec.kind, spec.object.type));
    if (effect === undefined) throw new Error(`no effect for ${spec.kind}`);
    const action = this.resolved(step, number, spec);
    const seen = await effect.read(reading, action);
    const isThere = sameJson(imageOf(seen), action.after);
    if (!isThere && !sameJson(imageOf(seen), action.before))
      throw new Error(`${spec.kind} "${spec.object.name}": ${JSON.stringify(imageOf(seen))}`);
    if (!isThere || spec.always === true) {
      const effected = await effect.apply(reading, action, seen);
      if (effected.effected === 'done' && effected.output !== undefined)
        this.outputs.set(`${step}/${number}`, effected.output);
    }
    const after = await effect.read(reading, action);
    if (!sameJson(imageOf(after), action.after))
      throw new Error(
        `${spec.kind} "${spec.object.name}" did not become its after-image: ${JSON.stringify(imageOf(after))}`,
      );
    this.done.push({ action, effect });
  }

  private resolved(step: string, number: number, spec: PlannedAction): ResolvedAction {
    const of = <T extends Json>(value: T): T => resolve(value, this.outputs) as T;
    const { kind, object, before, after, input } = spec;
    const { operationId, solutionId } = this.context();
    const ids = { operationId, solutionId, target: 'lab', attempt: 1 };
    return {
      step,
      number,
      kind,
      object: of(object),
      before: of(before),
      after: of(after),
      input: of(input ?? {}),
      ...ids,
    };
  }
}

const imageOf = (seen: Seen): Json => {
  if ('cannotTell' in seen) throw new Error(seen.cannotTell);
  return seen.image;
};
