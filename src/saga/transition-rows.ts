import { randomUUID } from 'node:crypto';
import { isEnded } from './position.js';
import { changeOf, snapshotOf } from './progress.js';
import type { Transition } from './transition.js';
import { operationView } from './view.js';

const eventPrefix = 'solution-onboarding.';

/** A member that is left out of its JSON is NULL in the row, and most are. */
const some = <T>(value: T | null): T | undefined => value ?? undefined;

/** The parameters of `commitTransitions`. */
export function transitionRows(
  epoch: string,
  batch: readonly { readonly transition: Transition; readonly id: string }[],
): unknown[] {
  const operations: ReturnType<typeof operationRow>[] = [];
  const events: unknown[] = [];
  for (const { transition, id } of batch) {
    operations.push(operationRow(transition, id));
    for (const event of eventRows(transition)) events.push({ ...event, place: events.length });
  }
  const ids = operations.map((operation) => operation.id);
  return [epoch, JSON.stringify(operations), JSON.stringify(events), ids];
}

function operationRow({ from, decision, release, dueAtMs, compact = false }: Transition, id: string) {
  const to = decision.position;
  return {
    id: to.id,
    version: from.version,
    transition_id: id,
    state: to.state,
    direction: to.direction,
    aim: to.aim,
    release,
    due_at: release ? some(dueAtMs) : undefined,
    schedule: some(to.schedule),
    locks_held: to.locksHeld,
    service_down: to.serviceDown,
    requested_verb: some(to.requestedVerb),
    waiting_for: some(to.waitingFor),
    error: some(to.error),
    left_behind: to.leftBehind,
    approval: some(to.approval),
    started_at: some(to.startedAtMs),
    ended_at: some(to.endedAtMs),
    // At its end also what was granted but never written down: a cancel or a crash may have come in between.
    unlock: !to.locksHeld && (from.locksHeld || isEnded(to.state)),
    events: decision.events.length,
    change: some(compact ? snapshotOf(to) : changeOf(from, decision)),
    compact,
  };
}

function eventRows({ decision: { position, events } }: Transition) {
  if (events.length === 0) return [];
  const view = operationView(position, { withActions: false });
  return events.map((event, index) => ({
    operation_id: position.id,
    nth: index + 1,
    event_id: randomUUID(),
    type: `${eventPrefix}${event.type}.v1`,
    subject:
      event.step === undefined
        ? `operations/${position.id}`
        : `operations/${position.id}/steps/${event.step}`,
    correlation_id: some((event.cause ?? position.input).correlationId),
    causation_id: some((event.cause ?? position.input).causationId),
    data: event.members === undefined ? view : { ...view, ...event.members },
  }));
}
