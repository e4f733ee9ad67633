import type { Conventions } from './conventions.js';
import type { IgnoreRule } from './ignore-rules.js';

/** One entry of the targets file, validated, secrets resolved. Times in ms. */
export interface TargetConfig {
  readonly name: string;
  readonly objects: {
    readonly driver: 'gws';
    readonly baseUrl: string;
    readonly username: string;
    readonly password: string;
  };
  readonly security: { readonly driver: 'bridge'; readonly baseUrl: string; readonly token: string };
  readonly control: { readonly driver: 'bridge'; readonly baseUrl: string; readonly token: string };
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  readonly maxPerSecond: number;
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
