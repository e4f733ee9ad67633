import type { Draft } from './draft.js';
import { interrupted, restored, seenDown } from './interruptions.js';
import { isSeenDown, isServiceDown } from './outage.js';

/** Also at the end: who abandons an operation inside its outage has restored nothing. */
export function measureInterruption(draft: Draft): void {
  const serviceDown = isServiceDown(draft.position);
  const isSeen = isSeenDown(draft.position);
  if (isSeen) noteSeenDown(draft);
  if (serviceDown === draft.position.serviceDown) return;
  const { interruptions } = draft.position;
  const { nowMs } = draft.facts;
  draft.set({
    serviceDown,
    interruptions: serviceDown ? interrupted(interruptions, nowMs) : restored(interruptions, nowMs),
  });
  if (isSeen) noteSeenDown(draft);
  draft.emit(serviceDown ? 'operation.service-down' : 'operation.service-restored');
}

/** A server was seen not to run, or on its way. */
export function noteSeenDown(draft: Draft): void {
  const interruptions = seenDown(draft.position.interruptions);
  if (interruptions !== draft.position.interruptions) draft.set({ interruptions });
}
