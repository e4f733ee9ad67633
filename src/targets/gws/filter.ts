import type { Term } from './kinds/kind.js';

/**
 * Whether a string survives being put in quotes: how the platform reads a quote or a backslash inside a quoted value is
 * not documented, control characters may end a line somewhere, and half a surrogate pair is no UTF-8. Such a condition
 * is not sent; the items of the wider list are checked instead.
 */
const canBeQuoted = (value: string): boolean =>
  !/["\\\p{Cc}]/u.test(value) && Buffer.from(value).toString() === value;

/** The query of a list, with its question mark; empty without conditions. Quoted means string, bare means integer. */
export function queryOf(terms: readonly Pick<Term<never>, 'key' | 'value'>[]): string {
  const parts = terms.flatMap(({ key, value }) => {
    if (typeof value === 'number') return [`${key}=${value}`];
    return canBeQuoted(value) ? [`${key}=${encodeURIComponent(`"${value}"`)}`] : [];
  });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
