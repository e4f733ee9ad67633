import type { Json } from '../../saga/json.js';
import type { Desired } from '../desired.js';
import type { RunMode } from '../ports/application-control.js';
import type { ObjectId } from '../ports/config-objects.js';

/** A server of the solution as it is now. */
export interface ServerNow {
  readonly name: string;
  readonly dbid: number;
  readonly running: boolean;
  /** Nobody but a person sees whether it runs: it is taken to run, in the role it was set up for. */
  readonly stateUnseen?: true;
  readonly runMode: RunMode;
  /** null: nobody but a person sees it. */
  readonly account: ObjectId | null;
  readonly startupTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  /** It shall run afterwards or not, whatever `restart.startAfter` says. */
  readonly shallRun?: boolean;
}

export interface RebindInput {
  /** The configured primary. */
  readonly primary: ServerNow;
  readonly backup: ServerNow | null;
  /** What the servers shall run as; `dbid` is a reference while it is not created. */
  readonly account: { readonly type: number; readonly name: string; readonly dbid: Json };
  readonly accountDbid: number | null;
  readonly restart: Desired['restart'];
  readonly settleMs: number;
  /** Accounts are set by a person, who proves the right to do so by doing it. */
  readonly accountsByHand?: boolean;
  /** One whose account nobody sees counts as done: what is looked at has been set up already. */
  readonly boundUnlessSeen?: boolean;
}

/** One thing done to one server. */
export type Move =
  | { readonly do: 'prove' | 'stop' | 'set'; readonly server: ServerNow }
  /** `settles`: it has to be seen to hold before its partner is taken away. */
  | { readonly do: 'start'; readonly server: ServerNow; readonly settles: boolean }
  | { readonly do: 'switch-over'; readonly server: ServerNow; readonly from: ServerNow };

export const serversNow = (input: RebindInput): readonly ServerNow[] =>
  input.backup === null ? [input.primary] : [input.primary, input.backup];

export const runsAfter = (server: ServerNow, startAfter: Desired['restart']['startAfter']): boolean =>
  server.shallRun ?? (startAfter === 'as-found' ? server.running : startAfter === 'running');
