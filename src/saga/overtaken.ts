import type { Position, VerbRequest } from './position.js';
import { isEnded, isParked } from './position.js';
import { isVerb, supportedVerbs, verbFits } from './verbs.js';

/** Why a request that was taken does not fit any more, for whoever asked; null: it fits. */
export function whyNotNow({ verb, digest, report }: VerbRequest, position: Position): string | null {
  if (!isVerb(verb) || !supportedVerbs.has(verb))
    return 'The process that runs the operation does not know it.';
  const { state, direction, approval, waitingFor } = position;
  if (!verbFits(verb, position)) {
    if (isEnded(state)) return `The operation had ended before: it is ${state}.`;
    const way = direction === 'undo' ? ' on its way back' : '';
    const detail = waitingFor === null ? '' : `: ${waitingFor.detail}`;
    return verb === 'pause' && isParked(state)
      ? `The operation stands still already, ${state}${way}${detail}`
      : `The operation is ${state}${way} by now${detail}`;
  }
  if (verb === 'approve' && digest !== approval?.digest)
    return `The plan has the digest ${approval?.digest ?? 'none'} by now.`;
  if (verb === 'complete-task' && report?.task !== waitingFor?.task)
    return `The open task is ${waitingFor?.task ?? 'none'} by now.`;
  return null;
}

/** Where the table has no line for it, and what was asked for still comes about: how it ends, or when it may stop a server. */
export const helpsAllTheSame = (
  { verb }: VerbRequest,
  { state, direction, aim, schedule }: Position,
): boolean =>
  !isEnded(state) &&
  ((verb === 'cancel' && direction === 'undo' && aim === 'fail') ||
    (verb === 'reschedule' && schedule?.window != null));
