import type { Conventions } from './conventions.js';
import type { IgnoreRule } from './ignore-rules.js';

/** What a channel over HTTP may have beside its address. */
export interface ConnectionSettings {
  /** PEM of the authorities that are trusted instead of those Node trusts. */
  readonly ca?: string | undefined;
  /** Where the channel takes fewer connections than `maxConcurrent`. */
  readonly maxConnections?: number | undefined;
}

/** When a channel counts as down, and how often it is asked whether it is back. */
export interface BreakerSettings {
  readonly failures: number;
  readonly probeAfterMs: number;
  readonly maxProbeAfterMs: number;
}

/** Five in a row are no accident; a channel that is back is noticed within 15 s, and asked four times a minute at most. */
export const defaultBreaker: BreakerSettings = { failures: 5, probeAfterMs: 1_000, maxProbeAfterMs: 15_000 };

export interface BridgeSettings extends ConnectionSettings {
  readonly driver: 'bridge';
  readonly baseUrl: string;
  readonly token: string;
}

/** A person does it, and the service says what and asks how it went. */
export interface ManualSettings {
  readonly driver: 'manual';
  /** Who has the tasks: a team, a queue; shown with each of them. */
  readonly assignee: string | null;
  /** From handing over until a task is overdue. */
  readonly dueMs: number;
  /** Between reminders of an overdue task. */
  readonly remindMs: number;
}

/** One entry of the targets file, validated, secrets resolved. Times in ms. */
export interface TargetConfig {
  readonly name: string;
  readonly objects: ConnectionSettings & {
    readonly driver: 'gws';
    readonly baseUrl: string;
    readonly username: string;
    readonly password: string;
  };
  readonly security: BridgeSettings | ManualSettings;
  readonly control: BridgeSettings | ManualSettings;
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  readonly maxPerSecond: number;
  /** Left out: `defaultBreaker`. */
  readonly breaker?: BreakerSettings;
  readonly baseAccessGroups: readonly string[];
  readonly requiredReads: {
    readonly hosts: boolean;
    readonly connections: boolean;
    readonly childScripts: boolean;
    readonly objects: readonly { readonly type: number; readonly name: string }[];
  };
  readonly pairRebind: 'rolling' | 'together';
  /** How long a server must be seen to run before it counts as settled. */
  readonly settleMs: number;
  /** How long after a call's time-out an effect of it may still land. */
  readonly lateMs: number;
  /** Application types that support a connection to one Interaction Server only (CfgAppType). */
  readonly singleConnection: readonly { readonly type: number; readonly name: string }[];
  /** How often an active solution is looked at; 0: never by itself. */
  readonly verifyEveryMs: number;
  readonly ignore: readonly IgnoreRule[];
  readonly conventions: Conventions;
}
