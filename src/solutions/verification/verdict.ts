import type { IgnoreRule } from '../../config/ignore-rules.js';
import type { Finding } from '../../saga/action.js';
import type { SagaPlan } from '../../saga/plan-saga.js';
import type { Ignored, IgnoringPlace } from '../rules/ignored.js';
import { withoutIgnoredActions, withoutIgnoredFindings } from '../rules/ignored.js';
import type { IsolationState } from '../solution-view.js';

type Actions = SagaPlan['actions'];

/**
 * `holds`: nothing differs. `drifted`: something does, or the isolation is violated. `undecided`: it could not be seen
 * this time, so what was known before stays.
 */
export type Condition = 'holds' | 'drifted' | 'undecided';

/** What a look at a solution's target says. */
export interface Verdict {
  readonly isolation: IsolationState;
  readonly condition: Condition;
  readonly drift: Ignored<Actions[number]>;
  readonly findings: Ignored<Finding>;
}

/** Findings that say in themselves that solutions are not kept apart. */
const violations: ReadonlySet<string> = new Set([
  'reads-other-business-processes',
  'read-by-other-solution',
  'shared-reader',
  'shared-database',
]);

/** About the state of servers, which says nothing about who reads what. */
const ofService: ReadonlySet<string> = new Set([
  'server-state-unknown',
  'server-not-running',
  'server-not-settled',
]);

/** Errors that only say that something could not be seen, and may pass by themselves. */
const undecided: ReadonlySet<string> = new Set(['server-state-unknown', 'server-not-settled']);

/** Warnings that leave the isolation open. */
const leavesOpen: ReadonlySet<string> = new Set(['rights-unseen', 'account-unseen']);

/** What these findings say could not be seen may be anything. */
export const isLeftOpen = (findings: readonly Finding[]): boolean =>
  findings.some(({ code }) => leavesOpen.has(code));

export function verdictOf(
  plan: Pick<SagaPlan, 'actions' | 'findings'>,
  rules: readonly IgnoreRule[],
  place: IgnoringPlace,
): Verdict {
  const drift = withoutIgnoredActions(driftOf(plan), rules, place);
  const findings = withoutIgnoredFindings(plan.findings, rules, place);
  // Of everything: a rule that ignores a difference does not prove an isolation.
  const isolation = isolationOf(plan);
  return { isolation, condition: conditionOf(isolation, drift.kept, plan.findings), drift, findings };
}

function conditionOf(isolation: IsolationState, drift: Actions, findings: readonly Finding[]): Condition {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (isolation === 'violated' || drift.length > 0) return 'drifted';
  if (errors.some(({ code }) => !undecided.has(code))) return 'drifted';
  return errors.length > 0 ? 'undecided' : 'holds';
}

/** What differs from the onboarded state; an action that only proves a right is no difference. */
export const driftOf = (plan: Pick<SagaPlan, 'actions'>): Actions =>
  plan.actions.filter((action) => action.always !== true);

/**
 * The isolation as a look at the target shows it. A server with another account than the solution's reads what that
 * one reads, so it violates; objects that are missing, an error, or rights that nobody can see leave it open.
 */
export function isolationOf(plan: Pick<SagaPlan, 'actions' | 'findings'>): IsolationState {
  const errors = plan.findings.filter(({ severity, code }) => severity === 'error' && !ofService.has(code));
  const drift = driftOf(plan);
  if (errors.some(isViolation) || drift.some((action) => action.kind === 'set-account')) return 'violated';
  const isOpen =
    errors.length > 0 || drift.some((action) => action.kind === 'create') || isLeftOpen(plan.findings);
  return isOpen ? 'unverified' : 'verified';
}

const isViolation = (finding: Finding): boolean => violations.has(finding.code) && finding.predicted !== true;
