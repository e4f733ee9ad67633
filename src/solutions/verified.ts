import type { Finding } from '../saga/action.js';
import type { SagaPlan } from '../saga/plan-saga.js';
import type { IsolationState } from './solution-view.js';

/** Findings that say in themselves that somebody reads what is not his. */
const violations: ReadonlySet<string> = new Set([
  'reads-other-business-processes',
  'read-by-other-solution',
  'shared-reader',
]);

/** What differs from the onboarded state; an action that only proves a right is no difference. */
export const driftOf = (plan: Pick<SagaPlan, 'actions'>): SagaPlan['actions'] =>
  plan.actions.filter((action) => action.always !== true);

/**
 * The isolation as a look at the target shows it. A server with another account than the solution's reads what that
 * one reads, so it violates; objects that are missing, or an error that ended the look early, leave it open.
 */
export function isolationOf(plan: Pick<SagaPlan, 'actions' | 'findings'>): IsolationState {
  const errors = plan.findings.filter((finding) => finding.severity === 'error');
  const drift = driftOf(plan);
  if (errors.some(isViolation) || drift.some((action) => action.kind === 'set-account')) return 'violated';
  return errors.length > 0 || drift.some((action) => action.kind === 'create') ? 'unverified' : 'verified';
}

const isViolation = (finding: Finding): boolean => violations.has(finding.code) && finding.predicted !== true;
