import * as z from 'zod';
import { parameterFault } from '../../errors.js';
import { invalid } from '../../http/validate.js';
import { isUuid } from '../request-text.js';

/** Parameters that every list takes. */
export const pageParameters = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of a page at most.'),
  cursor: z.string().max(200).optional().describe('`next` of the page before.'),
};

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null: this was the last one. */
  readonly next: string | null;
}

/** Whose place a cursor is: of another list it would be a place, too, and a page begun there would lack what is newer. */
type List = 'operations' | 'solutions' | 'tasks';

/** A page of rows read with one more than asked for. Newest first: ids are UUIDs of version 7, so they sort by age. */
export function pageOf<T extends { readonly id: string }>(
  list: List,
  rows: readonly T[],
  limit: number,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(list, last.id) : null };
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const encodeCursor = (list: List, id: string): string => encode(`2:${list}:${id}`);
/** Of the release before, which may answer one page and this one the next while replicas are exchanged. */
const formerCursor = (id: string): string => encode(`1:${id}`);

/** @returns the id that the page begins after @throws AppError `invalid-request` */
export function decodeCursor(list: List, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, 'base64url').toString('latin1').split(':').at(-1) ?? '';
  if (isUuid(id) && [encodeCursor(list, id), formerCursor(id)].includes(cursor)) return id;
  throw invalid([
    parameterFault('query', 'cursor', 'is no `next` of this list; leave it out to begin with the newest'),
  ]);
}
