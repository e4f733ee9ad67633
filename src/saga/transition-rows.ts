import { randomUUID } from 'node:crypto';
import type { RowOf } from '../database/columns.js';
import { isEnded } from './position.js';
import { changeOf, snapshotOf } from './progress.js';
import { eventColumns, transitionColumns } from './sql/commit.sql.js';
import type { Transition } from './transition.js';
import { operationView } from './view.js';

const eventPrefix = 'solution-onboarding.';

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** The parameters of `commitTransitions`. */
export function transitionRows(
  epoch: string,
  batch: readonly { readonly transition: Transition; readonly id: string }[],
): unknown[] {
  return [
    epoch,
    ...transitionColumns.values(batch.map(({ transition, id }) => operationRow(transition, id))),
    ...eventColumns.values(batch.flatMap(({ transition }) => eventRows(transition))),
  ];
}

export function operationRow({ from, decision, release, dueAtMs, compact = false }: Transition, id: string) {
  const to = decision.position;
  return {
    id: to.id,
    version: from.version,
    transition_id: id,
    state: to.state,
    direction: to.direction,
    aim: to.aim,
    release,
    due_at: release ? dueAtMs : null,
    schedule: json(to.schedule),
    locks_held: to.locksHeld,
    service_down: to.serviceDown,
    requested_verb: json(to.requestedVerb),
    waiting_for: json(to.waitingFor),
    error: json(to.error),
    left_behind: json(to.leftBehind),
    approval: json(to.approval),
    started_at: to.startedAtMs,
    ended_at: to.endedAtMs,
    // At its end also what was granted but never written down: a cancel or a crash may have come in between.
    unlock: !to.locksHeld && (from.locksHeld || isEnded(to.state)),
    events: decision.events.length,
    change: json(compact ? snapshotOf(to) : changeOf(from, decision)),
    compact,
  } satisfies RowOf<typeof transitionColumns.types>;
}

function eventRows({ decision: { position, events } }: Transition) {
  if (events.length === 0) return [];
  const view = operationView(position, { withActions: false });
  // Most events say no more than the operation as it is: its text is made once for all of them.
  const text = JSON.stringify(view);
  return events.map((event, index) => ({
    operation_id: position.id,
    nth: index + 1,
    event_id: randomUUID(),
    type: `${eventPrefix}${event.type}.v1`,
    subject:
      event.step === undefined
        ? `operations/${position.id}`
        : `operations/${position.id}/steps/${event.step}`,
    correlation_id: (event.cause ?? position.input).correlationId,
    causation_id: (event.cause ?? position.input).causationId,
    data: event.members === undefined ? text : JSON.stringify({ ...view, ...event.members }),
  }));
}
