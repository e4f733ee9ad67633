import type { Finding } from './action.js';
import type { Effected, Seen } from './effect.js';
import type { Cause, Failure } from './position.js';
import type { StepPlan } from './step.js';

/** What has happened since the last decision. */
export type Outcome =
  /** The operation is ours now. `callsUntilMs`: a former owner's calls may have been in the air until then; null when it let go by itself. */
  | { readonly type: 'claimed'; readonly callsUntilMs: number | null }
  | { readonly type: 'observed'; readonly plan: StepPlan }
  | { readonly type: 'observe-failed'; readonly failure: Failure }
  | { readonly type: 'locked' }
  | { readonly type: 'lock-busy'; readonly detail: string; readonly operation: string }
  | { readonly type: 'gated'; readonly findings: readonly Finding[] }
  | {
      readonly type: 'planned';
      readonly planId: string;
      readonly digest: string;
      readonly findings: readonly Finding[];
    }
  | { readonly type: 'plan-checked'; readonly digest: string }
  | { readonly type: 'read'; readonly key: string; readonly seen: Seen }
  | { readonly type: 'read-failed'; readonly key: string; readonly failure: Failure }
  | { readonly type: 'effected'; readonly key: string; readonly effected: Effected }
  | {
      readonly type: 'effect-failed';
      readonly key: string;
      readonly failure: Failure;
      readonly sentAtMs: number;
    }
  /** A due time has come, or somebody asks to look again. */
  | { readonly type: 'tick' }
  /** The worker is stopping: no call is begun any more. */
  | { readonly type: 'release' };

export type Instruction =
  | { readonly do: 'observe'; readonly step: number }
  | { readonly do: 'lock'; readonly names: readonly string[] }
  | { readonly do: 'gate'; readonly step: number }
  /** The whole plan, to be kept where an approver can read it. */
  | { readonly do: 'plan' }
  | { readonly do: 'check-plan' }
  | { readonly do: 'read'; readonly key: string }
  | { readonly do: 'apply' | 'revert'; readonly key: string; readonly seen: Seen };

/** An event the decision causes; its data is made from the position after it. */
export interface SagaEvent {
  readonly type: string;
  readonly step?: string;
  readonly members?: Readonly<Record<string, string>>;
  /** The command that caused it, where that is not the operation's own. */
  readonly cause?: Cause;
}
