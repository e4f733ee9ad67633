import { createHash } from 'node:crypto';
import type { Finding, PlannedAction } from './action.js';
import type { Call } from './call.js';
import type { Json } from './json.js';
import { canonical } from './json.js';
import type { Outputs } from './reference.js';
import type { Saga } from './saga.js';
import type { Refs, Step } from './step.js';

export interface SagaPlan {
  readonly actions: readonly (PlannedAction & { readonly step: string })[];
  readonly findings: readonly Finding[];
  /** SHA-256 over canonical JSON of desired and actions, ids of the run left out, so that the same target gives the same digest. */
  readonly digest: string;
}

interface PlanContext {
  readonly call: Call;
  readonly desired: Json;
  readonly operationId: string;
  readonly solutionId: string;
  readonly dryRun: boolean;
  /** An error does not end the walk once the first step has resolved something: everything that differs is wanted, not a plan to carry out. */
  readonly beyondErrors?: boolean;
  readonly nowMs: number;
}

/** Asks every step what it would do, nothing being done: dry run, drift and the check of an agreed plan. Reads only. @throws CallError */
export async function planSaga(saga: Saga, context: PlanContext): Promise<SagaPlan> {
  const actions: (PlannedAction & { step: string })[] = [];
  const findings: Finding[] = [];
  let refs: Refs = {};
  const outputs: Outputs = new Map();
  for (const definition of saga.steps) {
    const step = definition as unknown as Step<Json>;
    const own = { ...context, refs, outputs, stepStartedAtMs: context.nowMs };
    const plan = step.plan(await step.observe(own), own);
    findings.push(...plan.findings);
    // Later steps work on what the first ones resolved; after an error there is nothing to work on.
    actions.push(...plan.actions.map((action) => ({ ...action, step: step.name })));
    refs = { ...refs, ...plan.refs };
    const goesOn = context.beyondErrors === true && Object.keys(refs).length > 0;
    if (!goesOn && plan.findings.some((finding) => finding.severity === 'error')) break;
  }
  return { actions, findings, digest: digestOf(actions, context) };
}

function digestOf(actions: SagaPlan['actions'], context: PlanContext): string {
  const compared = actions.map(({ step, kind, object, before, after }) => ({
    step,
    kind,
    object,
    before,
    after,
  }));
  const text = canonical({ desired: context.desired, actions: compared as unknown as Json })
    .replaceAll(context.operationId, 'operation')
    .replaceAll(context.solutionId, 'solution');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
