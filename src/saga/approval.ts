import type { Finding } from './action.js';
import type { Draft } from './draft.js';
import type { Approval, Position, StepRecord, VerbRequest } from './position.js';

/** Asked for, and the plan not made yet. */
export const approvalToCome: Approval = { planId: null, digest: null, by: null, atMs: null };

/** Of the plan that somebody has agreed to: who approved it, or who asked for just this one. */
export const agreedDigest = ({ approval, planDigest }: Position): string | null =>
  approval?.digest ?? planDigest;

/** Whether what has to be agreed to has been. Asks for the plan first, then stands still until somebody approves it. */
export function isAgreed(draft: Draft, step: StepRecord): boolean {
  const { approval } = draft.position;
  if (approval === null || approval.by !== null) return true;
  if (approval.digest !== null) {
    const detail = `plan ${approval.planId ?? ''} with digest ${approval.digest}`;
    draft.set({
      state: 'awaiting-approval',
      waitingFor: { reason: 'approval', detail, untilMs: null },
    });
    draft.emit('operation.awaiting-approval');
  } else if (draft.isDue(step)) {
    draft.live.asking = 'plan';
    draft.instructions.push({ do: 'plan' });
  }
  return false;
}

/** Locks are taken from here on, and under them the target is compared with the plan once more. */
export function approve(draft: Draft, { by }: VerbRequest): void {
  const { approval } = draft.position;
  if (approval === null) return;
  draft.set({
    state: 'running',
    waitingFor: null,
    approval: { ...approval, by, atMs: draft.facts.nowMs },
  });
}

/** Where nobody signs in there is one caller only, so that who asks may be who approves; it has to be seen. */
export function approvalFindings({
  approval,
  input,
}: Pick<Position, 'approval' | 'input'>): readonly Finding[] {
  if (approval?.by == null || approval.by !== input.requestedBy) return [];
  const detail = `${approval.by} has approved what ${approval.by} has asked for.`;
  return [{ severity: 'warning', code: 'approval-not-separated', detail, object: null }];
}
