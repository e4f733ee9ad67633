import type { Finding } from '../saga/action.js';
import type { Json } from '../saga/json.js';
import type { Desired } from './desired.js';
import type { PlannedActionView } from './plan-view.js';
import type { Adopted } from './rules/adopted.js';
import { solutionSummary, type SolutionState } from './solution-summary.js';

export type IsolationState = 'verified' | 'unverified' | 'violated';

/** What was last seen of the solution on its target. */
export interface Observed {
  readonly at: string;
  readonly accessGroup: { readonly name: string; readonly dbid: Json } | null;
  readonly person: { readonly userName: string; readonly dbid: Json } | null;
  /** Of what was taken over: what was there before, and stays when the solution is offboarded. */
  readonly adopted?: Adopted;
  readonly businessProcesses: readonly { readonly name: string; readonly dbid: number }[];
  readonly servers: readonly {
    readonly name: string;
    readonly dbid: number;
    readonly role: 'primary' | 'backup';
    /** How it was before it became the solution's; null where nobody saw it. */
    readonly former?: {
      readonly account: { readonly type: number; readonly dbid: number };
      readonly running: boolean;
    } | null;
  }[];
  /** The highest DBID of the tenant's Business Processes when those of the solution were chosen. */
  readonly newestBusinessProcess?: number;
  /** The last look found something that differs from what the onboarding left, or an isolation that is violated. */
  readonly drifted: boolean;
  /** What would take the differences away, and the errors of the last look; the first of them. */
  readonly drift?: readonly PlannedActionView[];
  readonly findings?: readonly Finding[];
}

export interface SolutionRow {
  readonly id: string;
  readonly target: string;
  readonly tenant: string;
  readonly key: string;
  readonly state: SolutionState;
  readonly live: boolean;
  readonly display_name: string;
  readonly version: string;
  readonly desired: Desired;
  readonly observed: Observed | null;
  readonly isolation: IsolationState;
  readonly isolation_at: Date | null;
  readonly last_operation_id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly operation_kind: string;
  readonly operation_state: string;
  /** The operation has ended. */
  readonly operation_done: boolean;
}

/** The solution as callers see it, and as its events carry it. */
export function solutionView(row: SolutionRow) {
  return {
    id: row.id,
    href: `/v1/solutions/${row.id}`,
    target: row.target,
    tenant: row.tenant,
    key: row.key,
    displayName: row.display_name,
    state: row.state,
    summary: solutionSummary(row),
    desired: row.desired,
    observed: row.observed,
    isolation: { state: row.isolation, at: row.isolation_at?.toISOString() ?? null },
    lastOperation: {
      id: row.last_operation_id,
      href: `/v1/operations/${row.last_operation_id}`,
      kind: row.operation_kind,
      state: row.operation_state,
      done: row.operation_done,
    },
    version: Number(row.version),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
export type SolutionView = ReturnType<typeof solutionView>;
