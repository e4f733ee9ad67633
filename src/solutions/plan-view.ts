import type { Finding } from '../saga/action.js';
import type { Json } from '../saga/json.js';
import type { SagaPlan } from '../saga/plan-saga.js';

/** An action as callers read it: what it is done to, and what it changes. */
export interface PlannedActionView {
  readonly step: string;
  readonly kind: string;
  readonly object: Json;
  readonly before: Json;
  readonly after: Json;
}

export interface PlanView {
  readonly planId: string;
  readonly href: string;
  readonly digest: string;
  readonly expiresAt: string;
  readonly actions: readonly PlannedActionView[];
  readonly findings: readonly Finding[];
}

export const actionView = ({
  step,
  kind,
  object,
  before,
  after,
}: SagaPlan['actions'][number]): PlannedActionView => ({ step, kind, object, before, after });

export const actionViews = (actions: SagaPlan['actions']): PlannedActionView[] => actions.map(actionView);

export function planView(plan: {
  readonly id: string;
  readonly digest: string;
  readonly expires_at: Date;
  readonly actions: readonly PlannedActionView[];
  readonly findings: readonly Finding[];
}): PlanView {
  return {
    planId: plan.id,
    href: `/v1/plans/${plan.id}`,
    digest: plan.digest,
    expiresAt: plan.expires_at.toISOString(),
    actions: plan.actions,
    findings: plan.findings,
  };
}
