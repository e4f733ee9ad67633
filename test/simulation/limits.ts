import type { RetryPolicy } from '../../src/saga/retry.js';
import type { TaskTerms } from '../../src/saga/task.js';

export const timeoutMs = 1_000;
export const lateMs = 500;
export const leaseMs = 2_000;

export const retry: RetryPolicy = {
  attempts: 4,
  firstDelayMs: 50,
  factor: 2,
  maxDelayMs: 2_000,
  totalMs: 600_000,
  attemptsBack: 6,
  totalBackMs: 600_000,
};

export const taskTerms: TaskTerms = { dueMs: 3_000, remindMs: 5_000, assignee: null };

/** Of the one plan that is there to be approved. */
export const digest = 'sha256:plan';
