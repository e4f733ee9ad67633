import type { Draft } from './draft.js';
import type { SagaEvent } from './outcome.js';
import type { VerbRequest } from './position.js';

/**
 * The answer to whoever asked for something that comes to nothing, under the ids of the command that asked; first to those
 * whose place it took, last to whom it kept waiting.
 */
export function droppedEvents(request: VerbRequest, why: string): SagaEvent[] {
  const { verb, by, reason, cause, report, instead, then } = request;
  const members = { verb, by, reason, why, ...(report === undefined ? {} : { task: report.task }) };
  return [
    ...(instead === undefined ? [] : droppedEvents(instead, placeTaken(request))),
    { type: 'operation.verb-dropped', members, ...(cause === undefined ? {} : { cause }) },
    ...(then === undefined ? [] : droppedEvents(then, why)),
  ];
}

/** Tells those whose place the waiting request has taken. */
export function dropReplaced(draft: Draft): void {
  const request = draft.position.requestedVerb;
  if (request?.instead === undefined) return;
  const { instead, ...rest } = request;
  draft.set({ requestedVerb: rest });
  draft.events.push(...droppedEvents(instead, placeTaken(request)));
}

const placeTaken = ({ verb, by }: VerbRequest): string => `"${verb}" by ${by} took its place.`;
