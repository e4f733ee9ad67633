import type { Json } from './json.js';

export type ReportedOutcome = 'done' | 'not-done' | 'partly';

/** What a person says about a task; `results` by action key. */
export interface TaskReport {
  readonly task: string;
  readonly outcome: ReportedOutcome;
  readonly results: Readonly<Record<string, ReportedResult>>;
  readonly evidence: string | null;
}

export interface ReportedResult {
  readonly outcome: 'done' | 'not-done';
  /** What the object held before, as the person wrote it down. */
  readonly before?: Json;
}

/** What the service saw itself when it looked last: which image the object held, or that this cannot be told. */
export interface Look {
  readonly found: 'before' | 'after' | 'other' | 'cannot-tell';
  readonly detail: string;
}
