import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Direction } from './position.js';
import type { Look, ReportedOutcome, TaskReport } from './reported.js';

/** What a site says about work that is handed to a person. */
export interface TaskTerms {
  /** From handing over until it is overdue, ms. */
  readonly dueMs: number;
  /** Between reminders once it is overdue, ms. */
  readonly remindMs: number;
  readonly assignee: string | null;
}

/** Half a working day, and every hour from then on. */
export const defaultTaskTerms: TaskTerms = { dueMs: 14_400_000, remindMs: 3_600_000, assignee: null };

export interface OpenedTask {
  readonly change: 'open';
  readonly id: string;
  /** Position of the step. */
  readonly position: number;
  readonly direction: Direction;
  readonly stage: number;
  /** Of the actions it covers. */
  readonly numbers: readonly number[];
  readonly assignee: string | null;
  readonly openedAtMs: number;
  readonly dueAtMs: number;
  /** By action number. */
  readonly looks: Readonly<Record<string, Look & { readonly atMs: number }>>;
}

export interface ClosedTask {
  readonly change: 'close';
  readonly id: string;
  /** `withdrawn`: it is not wanted any more, and nobody has said how far it had come. */
  readonly outcome: ReportedOutcome | 'withdrawn';
  readonly results: TaskReport['results'];
  readonly evidence: string | null;
  readonly by: string | null;
  readonly atMs: number;
}

/** A look at an action after its task was reported. */
export interface CheckedAction {
  readonly change: 'check';
  readonly position: number;
  readonly direction: Direction;
  readonly number: number;
  readonly look: Look;
  readonly atMs: number;
}

/** What becomes of tasks in one transition; written together with it. */
export type TaskChange = OpenedTask | ClosedTask | CheckedAction;

/**
 * A time-ordered UUID (version 7) made of the moment, the operation and its version, since `decide` has no chance of its
 * own: of one version there is one task at most.
 */
export function taskId({ id, version }: { id: string; version: number }, atMs: number): string {
  const random = createHash('sha256').update(`${id}/${version}`).digest().subarray(0, 16);
  return uuidv7({ msecs: Math.floor(atMs), random });
}
