import { applyVerb } from './apply-verb.js';
import type { Draft } from './draft.js';
import { verbFits } from './verbs.js';

export const unreadableCode = 'progress-unreadable';

/**
 * Its steps and actions cannot be put together from their rows: nothing is done, nothing is undone, and the rows stay as
 * they are. Only giving it up needs none of them; any other request is let go, and whoever reads the operation sees why.
 */
export function standStill(draft: Draft, why: string): void {
  if (draft.position.requestedVerb?.verb === 'abandon' && verbFits('abandon', draft.position))
    return applyVerb(draft);
  const detail = `what is written down of its steps and actions cannot be read: ${why}`;
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
