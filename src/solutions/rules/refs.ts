import type { Json } from '../../saga/json.js';
import type { Outputs } from '../../saga/reference.js';
import { resolve } from '../../saga/reference.js';
import type { Refs } from '../../saga/step.js';
import type { StoodEntry } from './adopted.js';

export interface NameAndDbid {
  readonly [key: string]: Json;
  readonly name: string;
  readonly dbid: number;
}

/** What the steps of a solution tell each other. `accessGroup` and `person` are DBIDs, or references while they are not created. */
export interface SolutionRefs {
  readonly tenantDbid: number;
  readonly businessProcesses: readonly NameAndDbid[];
  readonly server: { readonly primary: NameAndDbid; readonly backup: NameAndDbid | null };
  /** The highest DBID of the tenant's Business Processes at that time; what is made later is higher. */
  readonly newestBusinessProcess?: number;
  readonly baseAccessGroups: readonly NameAndDbid[];
  readonly requiredObjects: readonly {
    readonly type: number;
    readonly name: string;
    readonly dbid: number;
  }[];
  readonly accessGroup: Json;
  readonly person: Json;
  /** Of a change and an offboarding: what leaves the solution, as far as it is still there. */
  readonly leaving: {
    readonly businessProcesses: readonly NameAndDbid[];
    readonly servers: readonly { readonly primary: NameAndDbid; readonly backup: NameAndDbid | null }[];
  };
  /** DBIDs of what is there, is not ours yet and may be taken over; null: there is none. */
  readonly adopting?: { readonly accessGroup: number | null; readonly person: number | null };
  /** What the onboarding found there, of what it took over. */
  readonly adoptedGroup?: boolean;
  readonly adoptedPerson?: boolean;
  readonly stoodOfGroup?: readonly StoodEntry[];
  readonly stoodOfPerson?: { readonly entries: readonly StoodEntry[]; readonly memberOf: readonly number[] };
  /** Servers that ran as the Person before. */
  readonly stoodServers?: readonly { readonly dbid: number; readonly running: boolean }[];
  readonly runsAfter?: readonly { readonly name: string; readonly dbid: number; readonly runs: boolean }[];
}

/** A step may rely on what the steps before it have put there; nobody else writes refs. */
export const refsOf = (refs: Refs): SolutionRefs => refs as unknown as SolutionRefs;

export const serversOf = (refs: SolutionRefs): readonly NameAndDbid[] =>
  refs.server.backup === null ? [refs.server.primary] : [refs.server.primary, refs.server.backup];

/** The DBID behind a reference, or null while the object is not created. */
export function dbidBehind(reference: Json, outputs: Outputs): number | null {
  const value = resolve(reference, outputs);
  return typeof value === 'number' ? value : null;
}
