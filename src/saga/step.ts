import type { Finding, PlannedAction } from './action.js';
import type { Call } from './call.js';
import type { Seen } from './effect.js';
import type { Json } from './json.js';
import type { Outputs } from './reference.js';
import type { RetryPolicy } from './retry.js';

/** What earlier steps found or will put out, by name: DBIDs, or references to actions that will create them. */
export type Refs = { readonly [name: string]: Json };

/** What a step may ask about its own run. */
export interface StepContext<Desired> {
  readonly call: Call;
  readonly desired: Desired;
  readonly refs: Refs;
  /** What actions have put out so far; resolve references with it. In a dry run references stay unresolved. */
  readonly outputs: Outputs;
  readonly operationId: string;
  readonly solutionId: string;
  /** True when nothing of this operation has been or will be done: the plan of a `validate_only` request. */
  readonly dryRun: boolean;
  readonly nowMs: number;
  /** When the step began, epoch ms; equals `nowMs` in a dry run. */
  readonly stepStartedAtMs: number;
}

export interface StepPlan {
  readonly actions: readonly PlannedAction[];
  readonly findings: readonly Finding[];
  /** Merged into `refs` for the steps after this one. */
  readonly refs?: Refs;
  /** Natural names of everything the saga may write; given by the first step, taken before the second one. */
  readonly locks?: readonly string[];
  /**
   * By number of the action, from 1: what `observe` saw of it. Used in place of the read before its first effect while it is
   * fresh, so that what was read to plan is not read again to act: half the calls of a step with many objects.
   */
  readonly seen?: ReadonlyMap<number, Seen>;
  /** Not settled yet: observe and plan once more after so many ms (a server that must be seen to stay up). */
  readonly lookAgainAfterMs?: number;
}

/**
 * A named part of a saga. Reads go through `observe`; `plan` is pure.
 * Dry run, repair of unknown outcomes, exact undo, verification and drift are drawn by the engine from these answers.
 */
export abstract class Step<Desired = unknown, Observed = unknown> {
  abstract readonly name: string;
  /** Budgets of attempts, forward and back, for each action and for observing. */
  readonly retry?: RetryPolicy;
  /** What does the target hold? Reads only. @throws CallError */
  abstract observe(context: StepContext<Desired>): Promise<Observed>;
  /** What is to be done so that it holds what is desired? Pure; an empty plan means already so. */
  abstract plan(observed: Observed, context: Omit<StepContext<Desired>, 'call'>): StepPlan;
  /** Asked once more at the door of the outage, right before the first effect that opens it: findings only. @throws CallError */
  gate?(context: StepContext<Desired>): Promise<readonly Finding[]>;
}
