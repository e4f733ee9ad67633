import type { Finding } from '../saga/action.js';
import type { Json } from '../saga/json.js';
import type { SagaPlan } from '../saga/plan-saga.js';
import type { ExpectedInterruption } from './rules/expected-interruption.js';
import { byHandOf } from './rules/work-by-hand.js';

/** An action as callers read it: what it is done to, and what it changes. */
export interface PlannedActionView {
  readonly step: string;
  readonly kind: string;
  readonly object: Json;
  readonly before: Json;
  readonly after: Json;
  /** A person does it. */
  readonly byHand?: true;
  /** Once it has been started there is no way back. */
  readonly irreversible?: true;
}

export interface PlanView {
  readonly planId: string;
  readonly href: string;
  readonly kind: string;
  /** null: it is not there yet. */
  readonly solution: { readonly id: string; readonly href: string } | null;
  readonly digest: string;
  readonly expiresAt: string;
  readonly actions: readonly PlannedActionView[];
  readonly findings: readonly Finding[];
  /** null: made before it was said. */
  readonly interruption: ExpectedInterruption | null;
}

/** @param config of the target, where it is asked what is a person's work */
export const actionView = (
  { step, kind, object, before, after, irreversible }: SagaPlan['actions'][number],
  config?: Parameters<typeof byHandOf>[0],
): PlannedActionView => ({
  step,
  kind,
  object,
  before,
  after,
  ...(config === undefined || byHandOf(config, kind) === null ? {} : { byHand: true }),
  ...(irreversible === true ? { irreversible } : {}),
});

export const actionViews = (
  actions: SagaPlan['actions'],
  config?: Parameters<typeof byHandOf>[0],
): PlannedActionView[] => actions.map((action) => actionView(action, config));

export function planView(plan: {
  readonly id: string;
  readonly kind: string;
  readonly solution_id: string | null;
  readonly digest: string;
  readonly expires_at: Date;
  readonly actions: readonly PlannedActionView[];
  readonly findings: readonly Finding[];
  readonly interruption: ExpectedInterruption | null;
}): PlanView {
  return {
    planId: plan.id,
    href: `/v1/plans/${plan.id}`,
    kind: plan.kind,
    solution:
      plan.solution_id === null ? null : { id: plan.solution_id, href: `/v1/solutions/${plan.solution_id}` },
    digest: plan.digest,
    expiresAt: plan.expires_at.toISOString(),
    actions: plan.actions,
    findings: plan.findings,
    // With an error nothing is carried out, and its actions are only those of the steps before it.
    interruption: plan.findings.some(({ severity }) => severity === 'error') ? null : plan.interruption,
  };
}
