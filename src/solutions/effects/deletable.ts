import type { Seen } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import { ownMark } from '../rules/mark.js';

/** The DBID of what was read right before, which is deleted only when it carries the mark of this very operation. */
export function deletable(seen: Seen): number {
  if ('cannotTell' in seen || seen.image === null) throw new Error('nothing was read that could be deleted');
  const { mark } = seen.image as { readonly [key: string]: Json };
  if (mark !== ownMark || typeof seen.token !== 'number') {
    throw new Error('only what carries the mark of this operation is deleted');
  }
  return seen.token;
}
