import type { Finding } from './action.js';
import { agreedDigest, approvalToCome } from './approval.js';
import type { Draft } from './draft.js';
import type { Outcome } from './outcome.js';
import type { Failure, StepRecord } from './position.js';
import { keyOf, newAction } from './position.js';
import type { StepPlan } from './step.js';
import { afterFailure, freshBudget, giveUp, reject, turnRound } from './turn.js';

type Answer = Extract<
  Outcome,
  { type: 'observed' | 'observe-failed' | 'locked' | 'lock-busy' | 'gated' | 'planned' | 'plan-checked' }
>;

/** Waiting for a lock: it is released with a wake-up; this is only the fallback. */
const lockRetryMs = 5_000;

/** Answers to questions that belong to no action. */
export function absorbAnswer(draft: Draft, outcome: Answer): void {
  const asked = draft.live.asking;
  draft.live.asking = null;
  if (draft.position.direction === 'undo') {
    if (outcome.type === 'locked') draft.set({ locksHeld: true });
    return;
  }
  switch (outcome.type) {
    case 'observed':
      return observed(draft, outcome.plan);
    case 'observe-failed':
      return askFailed(draft, asked, outcome.failure);
    case 'locked':
      return locked(draft);
    case 'lock-busy':
      draft.setStep(0, { dueAtMs: draft.facts.nowMs + lockRetryMs });
      draft.set({
        waitingFor: { reason: 'lock', detail: outcome.detail, untilMs: null, operation: outcome.operation },
      });
      return;
    case 'gated':
      if (rejectedBy(draft, current(draft), outcome.findings)) return;
      draft.live.gated = current(draft).position;
      return;
    case 'planned':
      return planned(draft, outcome);
    case 'plan-checked':
      return planChecked(draft, outcome.digest);
  }
}

function current(draft: Draft): StepRecord {
  const step = draft.position.steps.find(
    (record) => record.state === 'pending' || record.state === 'running',
  );
  if (step === undefined) throw new Error(`operation ${draft.position.id} has no current step`);
  return step;
}

function observed(draft: Draft, plan: StepPlan): void {
  const step = current(draft);
  const findings = plan.findings;
  if (rejectedBy(draft, step, findings)) return;
  if (plan.lookAgainAfterMs !== undefined) {
    draft.setStep(step.position, {
      ...freshBudget,
      findings,
      dueAtMs: draft.facts.nowMs + plan.lookAgainAfterMs,
    });
    return;
  }
  const locks = plan.locks ?? [];
  // Inspected again under the locks, and there is more to lock: all are let go and asked for together, as at first.
  if (draft.position.locksHeld && step.position === 0 && !locks.every((name) => step.locks.includes(name))) {
    draft.set({ locksHeld: false });
  }
  draft.setStep(step.position, { ...freshBudget, findings, planned: true, refs: plan.refs ?? {}, locks });
  draft.addActions(plan.actions.map((spec, index) => newAction(step.position, index + 1, spec)));
  for (const [number, seen] of plan.seen ?? [])
    draft.live.foreseen.set(keyOf({ position: step.position, number }), seen);
}

/** The code and its title are those of the first; a later one of another kind says its own, or it would pass unseen below that title. */
const detailOf = (errors: readonly Finding[], code: string): string =>
  errors
    .map((finding) => (finding.code === code ? finding.detail : `${finding.code}: ${finding.detail}`))
    .join(' ');

/** Error findings make the run turn round; all of them are said at once. */
function rejectedBy(draft: Draft, step: StepRecord, findings: readonly Finding[]): boolean {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (first === undefined) return false;
  draft.setStep(step.position, { findings });
  turnRound(draft, 'fail', {
    code: first.code,
    detail: detailOf(errors, first.code),
    step: step.name,
  });
  return true;
}

function askFailed(draft: Draft, asked: string | null, failure: Failure): void {
  const step = asked === 'lock' ? draft.stepAt(0) : current(draft);
  const { budget, usedUp } = afterFailure(draft, step, step.name, failure);
  draft.setStep(step.position, budget);
  // Who waits for locks is known by it: `locked` makes it inspect again.
  if (draft.position.waitingFor?.reason !== 'lock') {
    draft.set({
      waitingFor: {
        reason: budget.waits > step.waits ? 'target' : 'retry',
        detail: failure.detail,
        untilMs: budget.dueAtMs,
      },
    });
  }
  if (failure.class === 'invalid') reject(draft, step.name, step.name, failure);
  else if (usedUp) giveUp(draft, null, step.name, failure);
}

/** Who waited for the locks inspects again: the one who held them may have changed what was seen. */
function locked(draft: Draft): void {
  const waited = draft.position.waitingFor?.reason === 'lock';
  draft.set({ locksHeld: true, waitingFor: null });
  draft.setStep(0, waited ? { ...freshBudget, state: 'running', planned: false } : { dueAtMs: null });
}

/** A plan that is known to fail is not worth an approval, and one that is not what was asked for is not the one. */
function planned(draft: Draft, { planId, digest, findings }: Extract<Answer, { type: 'planned' }>): void {
  if (rejectedBy(draft, draft.stepAt(0), findings)) return;
  const asked = draft.position.planDigest;
  if (asked !== null && asked !== digest) return drifted(draft);
  draft.setStep(current(draft).position, freshBudget);
  draft.set({ approval: { ...approvalToCome, planId, digest }, waitingFor: null });
}

function planChecked(draft: Draft, digest: string): void {
  draft.live.planChecked = true;
  if (digest !== agreedDigest(draft.position)) drifted(draft);
}

const drifted = (draft: Draft): void =>
  turnRound(draft, 'fail', {
    code: 'plan-drifted',
    detail:
      'The target has changed since the plan was made; make a new plan and look at it before you carry it out.',
    step: draft.stepAt(0).name,
  });
