import { beforeOf } from './before-image.js';
import type { Draft } from './draft.js';
import { droppedEvents } from './drop-verb.js';
import type { Seen } from './effect.js';
import type { Json } from './json.js';
import { sameJson } from './json.js';
import { outputsOf } from './outputs.js';
import type { ActionRecord, Position, VerbRequest } from './position.js';
import { isSkipped, keyOf } from './position.js';
import type { Outputs } from './reference.js';
import { resolve } from './reference.js';

/** What an action leaves: as planned, or as it was found when a person had shown that it is done. */
export const afterOf = ({ spec, marked }: ActionRecord, outputs: Outputs): Json =>
  marked?.direction === 'forward' ? marked.image : resolve(spec.after, outputs);

/** What a parked operation stands at: in the undo what is parked, forward the one action that made it park. */
export function standsAt({ state, direction, actions, waitingFor }: Position): readonly ActionRecord[] {
  if (state !== 'needs-attention') return [];
  if (direction === 'undo') return actions.filter((one) => one.state === 'parked' && !isSkipped(one));
  return actions.filter((one) => keyOf(one) === waitingFor?.action && one.state !== 'done');
}

/** Looks at what is to be marked. @returns true while the looks are on their way */
export function looksFirst(draft: Draft): boolean {
  const unseen = standsAt(draft.position).filter((action) => !draft.live.looked.has(keyOf(action)));
  for (const action of unseen) draft.call(keyOf(action), 'look');
  return unseen.length > 0;
}

/** Why a person's word is not enough; null: it is. Whether an object exists is for the target to say. */
export function whyNotDone(draft: Draft): string | null {
  const reasons = standsAt(draft.position).flatMap((action) => {
    const reason = refusal(draft, action, draft.live.looked.get(keyOf(action)));
    return reason === null ? [] : [`${action.spec.kind} "${action.spec.object.name}": ${reason}`];
  });
  return reasons.length === 0 ? null : reasons.join('; ');
}

function refusal(draft: Draft, action: ActionRecord, seen: Seen | undefined): string | null {
  if (seen === undefined) return 'it has not been looked at';
  if ('cannotTell' in seen) return `it cannot be read: ${seen.cannotTell}`;
  if (seen.underway === true) return 'it is still on its way';
  const forward = draft.position.direction === 'forward';
  if (action.uncertain !== null && (seen.atMs ?? draft.facts.nowMs) < (action.quietUntilMs ?? 0)) {
    return 'a call whose answer was lost may still land; ask again in a moment';
  }
  const isThere = seen.image !== null;
  if (action.spec.kind === 'create' && isThere !== forward) {
    return forward ? 'it is not there' : 'it is still there; "skip" leaves it behind';
  }
  if (action.spec.kind === 'delete' && forward && isThere) return 'it is still there';
  return null;
}

/** Stands as before, and says why: the target does not bear out what was said. */
export function refuseMark(draft: Draft, why: string): void {
  const { waitingFor, requestedVerb } = draft.position;
  draft.live.looked.clear();
  draft.set({
    requestedVerb: null,
    waitingFor: {
      ...waitingFor,
      reason: 'person',
      detail: `mark-done-refused: ${why}`,
      untilMs: null,
    },
  });
  if (requestedVerb !== null) draft.events.push(...droppedEvents(requestedVerb, why));
  draft.emit('operation.needs-attention');
}

/** What was found is what the action leaves, or has gone back to; an undo still takes away what a person has done for us. */
export function markDone(draft: Draft, { by, reason, evidence = '' }: VerbRequest): void {
  const { nowMs } = draft.facts;
  const { direction } = draft.position;
  const outputs = outputsOf(draft.position);
  for (const action of standsAt(draft.position)) {
    const seen = draft.live.looked.get(keyOf(action));
    if (seen === undefined || 'cannotTell' in seen) continue;
    const { image } = seen;
    const before = beforeOf(action, outputs);
    const stands = (before === null || !sameJson(image, before.image)) && action.spec.always !== true;
    draft.setAction(keyOf(action), {
      state: direction === 'forward' ? 'done' : 'reverted',
      ours: direction === 'forward' ? stands : action.ours,
      output: seen.output ?? action.output,
      marked: { image, direction, by, atMs: nowMs, reason, evidence },
      uncertain: null,
      quietUntilMs: null,
      underwayUntilMs: null,
      dueAtMs: null,
      endedAtMs: nowMs,
    });
  }
  draft.live.looked.clear();
  draft.set({
    state: direction === 'undo' ? 'compensating' : 'running',
    waitingFor: null,
    ...(direction === 'forward' ? { error: null } : {}),
  });
}

export const markedView = ({ marked }: ActionRecord) =>
  marked === null
    ? null
    : {
        by: marked.by,
        at: new Date(marked.atMs).toISOString(),
        reason: marked.reason,
        evidence: marked.evidence,
        found: marked.image,
        direction: marked.direction,
      };
