import type { Json } from '../../saga/json.js';
import type { Annex } from '../ports/config-objects.js';

/** Section of an object's annex (`userProperties`) that says who created it. */
const section = 'solution-onboarding';

export interface Mark {
  readonly solution: string;
  readonly operation: string;
}

export const annexOf = (mark: Mark): Annex => ({
  [section]: { solution: mark.solution, operation: mark.operation },
});

export function markOf(annex: Annex): Mark | null {
  const { solution, operation } = annex[section] ?? {};
  return solution === undefined || operation === undefined ? null : { solution, operation };
}

/** Stands in an after-image for the mark of the operation that plans it, so that a dry run and the real run plan the same image. */
export const ownMark = 'this-operation';

/** The mark as an image shows it: `this-operation`, another operation's ids, or null where there is none. */
export function markImage(annex: Annex, own: Mark): Json {
  const mark = markOf(annex);
  if (mark === null) return null;
  const isOwn = mark.solution === own.solution && mark.operation === own.operation;
  return isOwn ? ownMark : { solution: mark.solution, operation: mark.operation };
}
