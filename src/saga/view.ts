import { PROBLEMS } from '../problems.js';
import { approvalFindings } from './approval.js';
import { markedView } from './mark-done.js';
import { foundBefore } from './before-image.js';
import type { Interruption } from './interruptions.js';
import type { Json } from './json.js';
import { outputsOf } from './outputs.js';
import type { ActionRecord, Approval, Failure, Position, StepRecord } from './position.js';
import { isEnded } from './position.js';
import { resolve } from './reference.js';
import { shortView } from './short-view.js';
import { possibleVerbs } from './verbs.js';

const lastTexts = new Map<number, string>();

/** The times of one operation are said again in each of its events: the last ones are kept (6 % of the engine's time). */
export function iso(ms: number | null): string | null {
  if (ms === null) return null;
  let text = lastTexts.get(ms);
  if (text === undefined) {
    text = new Date(ms).toISOString();
    if (lastTexts.size >= 4_096) lastTexts.clear();
    lastTexts.set(ms, text);
  }
  return text;
}

export function titleOf(code: string): string {
  return code in PROBLEMS ? PROBLEMS[code as keyof typeof PROBLEMS].title : code;
}

const failureView = (failure: Failure | null) =>
  failure === null
    ? null
    : {
        class: failure.class,
        code: failure.code ?? null,
        detail: failure.detail,
        platform: failure.platform ?? null,
      };

function actionView(action: ActionRecord, position: Position) {
  const created = action.spec.kind === 'create' && action.output !== undefined;
  const object = resolve(action.spec.object, outputsOf(position)) as Record<string, unknown>;
  return {
    kind: action.spec.kind,
    object: created ? { ...object, dbid: action.output } : object,
    state: action.state,
    attempts: action.attempts,
    firstError: failureView(action.firstError),
    lastError: failureView(action.lastError),
    marked: markedView(action),
    ...byPerson(action),
  };
}

/** What only a person has seen is marked as such. */
function byPerson(action: ActionRecord): { readonly reported?: true; readonly before?: Json } {
  const isReported = action.uncertain === 'reported' || action.uncertain === 'reported-back';
  const found = foundBefore(action);
  return {
    ...(isReported || found?.reported === true ? { reported: true as const } : {}),
    ...(found === null ? {} : { before: found.before }),
  };
}

function stepView(step: StepRecord, position: Position, withActions: boolean) {
  return {
    name: step.name,
    state: step.state,
    startedAt: iso(step.startedAtMs),
    endedAt: iso(step.endedAtMs),
    findings: step.position === 0 ? [...step.findings, ...approvalFindings(position)] : step.findings,
    ...(withActions
      ? {
          actions: position.actions
            .filter((action) => action.position === step.position)
            .map((action) => actionView(action, position)),
        }
      : {}),
  };
}

const approvalView = (approval: Approval | null) =>
  approval === null
    ? null
    : { planId: approval.planId, digest: approval.digest, by: approval.by, at: iso(approval.atMs) };

/** "3 of 7 steps done; link-access-group (12 of 40)". */
export function summaryOf(position: Position): string {
  const { steps, actions, state } = position;
  if (position.unreadable !== undefined)
    return `${state}; what is written down of its steps and actions cannot be read`;
  const done = `${steps.filter((step) => step.state === 'done' || step.state === 'skipped').length} of ${steps.length} steps done`;
  const current =
    steps.find((step) => step.state === 'undoing') ?? steps.find((step) => step.state === 'running');
  if (isEnded(state) || current === undefined) {
    return state === 'failed' || state === 'cancelled'
      ? `${state}; ${nothingLeft(actions)}`
      : `${state}; ${done}`;
  }
  const own = actions.filter((action) => action.position === current.position);
  const over = own.filter(
    (action) => action.state === (position.direction === 'undo' ? 'reverted' : 'done'),
  ).length;
  const progress = own.length > 1 ? ` (${over} of ${own.length})` : '';
  const whom = state === 'waiting-for-task' ? ', waiting for a person' : '';
  return `${done}; ${position.direction === 'undo' ? 'undoing ' : ''}${current.name}${progress}${whom}`;
}

const interruptionView = ({ fromMs, untilMs }: Interruption) => ({
  from: iso(fromMs),
  until: iso(untilMs),
  seconds: untilMs === null ? null : Math.round(untilMs - fromMs) / 1_000,
});

/** What a person has undone, or says was never done, nobody else has seen in full: the summary does not vouch for it. */
function nothingLeft(actions: readonly ActionRecord[]): string {
  const believed = actions.filter(
    ({ state, uncertain, lastError }) =>
      (state === 'reverted' && uncertain === 'reported-back') ||
      (state === 'planned' && lastError?.code === 'task-not-done'),
  ).length;
  if (believed === 0) return 'nothing of it is left at the target';
  const rest = believed === 1 ? '1 action rests' : `${believed} actions rest`;
  return `nothing of it is left at the target as far as can be seen; ${rest} on what a person has reported`;
}

/** The operation as callers see it (contract 1); events and lists carry it without actions, and bounded. */
export function operationView(position: Position, options: { withActions: boolean }) {
  const view = wholeView(position, options.withActions);
  return options.withActions ? view : shortView(view);
}

function wholeView(position: Position, withActions: boolean) {
  const { input, error, requestedVerb, waitingFor } = position;
  return {
    id: position.id,
    href: `/v1/operations/${position.id}`,
    kind: position.kind,
    state: position.state,
    done: isEnded(position.state),
    solution: {
      id: position.solutionId,
      href: `/v1/solutions/${position.solutionId}`,
      target: position.target,
      tenant: position.tenant,
      key: position.key,
    },
    summary: summaryOf(position),
    steps: position.steps.map((step) => stepView(step, position, withActions)),
    waitingFor:
      waitingFor === null
        ? null
        : {
            reason: waitingFor.reason,
            detail: waitingFor.detail,
            until: iso(waitingFor.untilMs),
            ...(waitingFor.task === undefined ? {} : { task: waitingFor.task }),
          },
    possibleVerbs: possibleVerbs(position),
    requestedVerb:
      requestedVerb === null
        ? null
        : {
            verb: requestedVerb.verb,
            by: requestedVerb.by,
            at: iso(requestedVerb.atMs),
            reason: requestedVerb.reason,
          },
    serviceDown: position.serviceDown,
    interruptions: position.interruptions.map(interruptionView),
    planId: position.planId ?? position.approval?.planId ?? null,
    approval: approvalView(position.approval),
    error:
      error === null
        ? null
        : { code: error.code, title: titleOf(error.code), detail: error.detail, step: error.step },
    leftBehind: position.leftBehind,
    requestedBy: input.requestedBy,
    externalReference: input.externalReference,
    createdAt: iso(position.createdAtMs),
    updatedAt: iso(position.updatedAtMs),
    startedAt: iso(position.startedAtMs),
    endedAt: iso(position.endedAtMs),
  };
}
export type OperationView = ReturnType<typeof operationView>;
