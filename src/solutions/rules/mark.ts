import type { Json } from '../../saga/json.js';
import type { Annex } from '../ports/config-objects.js';

/** Section of an object's annex (`userProperties`) that says whose it is. */
export const markSection = 'solution-onboarding';

export interface Mark {
  readonly solution: string;
  readonly operation: string;
  /** It was there before the operation and was taken over: it is never deleted, only unmarked. */
  readonly adopted?: true;
}

export const keysOf = ({ solution, operation, adopted }: Mark): Annex[string] => ({
  solution,
  operation,
  ...(adopted === true ? { adopted: 'true' } : {}),
});

export const annexOf = (mark: Mark): Annex => ({ [markSection]: keysOf(mark) });

export function markOf(annex: Annex): Mark | null {
  const { solution, operation, adopted } = annex[markSection] ?? {};
  if (solution === undefined || operation === undefined) return null;
  return { solution, operation, ...(adopted === undefined ? {} : { adopted: true }) };
}

/** Something stands in our section, whole or not: it is not ours to write over. */
export const isMarked = (annex: Annex): boolean => Object.keys(annex[markSection] ?? {}).length > 0;

/** Stands in an after-image for the mark of the operation that plans it, so that a dry run and the real run plan the same image. */
export const ownMark = 'this-operation';

/** The same for the mark on what is taken over. */
export const adoptingMark = { of: ownMark, adopted: true } as const;

/** The mark as an image shows it: of this operation, another operation's ids, or null where there is none. */
export function markImage(annex: Annex, own: Mark): Json {
  const mark = markOf(annex);
  if (mark === null) return null;
  const isOwn = mark.solution === own.solution && mark.operation === own.operation;
  if (isOwn) return mark.adopted === true ? adoptingMark : ownMark;
  return { ...mark };
}

/** What an image says that the mark is. */
export function markFrom(image: Json, own: Mark): Mark | null {
  if (image === null) return null;
  if (image === ownMark) return own;
  const mark = image as { readonly of?: string } & Partial<Mark>;
  if (mark.of === ownMark) return { ...own, adopted: true };
  const { solution, operation, adopted } = mark;
  if (solution === undefined || operation === undefined) throw new Error('an image holds half a mark');
  return { solution, operation, ...(adopted === true ? { adopted } : {}) };
}
