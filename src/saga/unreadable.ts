import { applyVerb } from './apply-verb.js';
import type { Draft } from './draft.js';
import { droppedEvents } from './drop-verb.js';
import { withdrawals } from './report.js';
import { verbFits } from './verbs.js';

export const unreadableCode = 'progress-unreadable';

/**
 * Its steps and actions cannot be put together from their rows: nothing is done, nothing is undone, and the rows stay as
 * they are. Only giving it up needs none of them; any other request is let go, and whoever asked is told why. An open task is
 * withdrawn: nobody could say which actions a report speaks of. Once the rows are mended, `retry` makes a new one.
 */
export function standStill(draft: Draft, why: string): void {
  if (draft.position.requestedVerb?.verb === 'abandon' && verbFits('abandon', draft.position))
    return applyVerb(draft);
  const detail = `what is written down of its steps and actions cannot be read: ${why}`;
  const { requestedVerb } = draft.position;
  if (requestedVerb !== null) draft.events.push(...droppedEvents(requestedVerb, detail));
  draft.tasks.push(...withdrawals(draft.position, null, draft.facts.nowMs));
  draft.set({
    state: 'needs-attention',
    requestedVerb: null,
    error: draft.position.error ?? { code: unreadableCode, detail, step: null },
    waitingFor: {
      reason: 'person',
      detail: `${unreadableCode}: ${detail}`,
      untilMs: null,
      code: unreadableCode,
    },
  });
  draft.emit('operation.needs-attention');
}
