/** Edits (insert, delete, replace, swap of neighbours) that make one text of the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const edits = [at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + same];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) edits.push(at(beforeLast, column - 2) + 1);
      current.push(Math.min(...edits));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;

/** Letters and digits only, in lower case: "IxnServer_Retail" and "ixnserver retail" differ in nothing that matters here. */
const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Up to three existing names that the wanted one may have been meant to be, the nearest first; a third of its length may differ. */
export function similarNames(wanted: string, existing: readonly string[]): string[] {
  const asked = plain(wanted);
  const allowed = Math.max(1, Math.floor(asked.length / 3));
  return [...new Set(existing)]
    .map((name) => ({ name, distance: distanceOf(asked, plain(name), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** The length alone tells most names apart; measured over thousands of names it saves nearly all of the work. */
function distanceOf(a: string, b: string, allowed: number): number {
  return Math.abs(a.length - b.length) > allowed ? Infinity : editDistance(a, b);
}

/** A sentence to put behind "there is no such …", or nothing when nothing is similar. */
export function didYouMean(wanted: string, existing: readonly string[]): string {
  const names = similarNames(wanted, existing).map((name) => `"${name}"`);
  return names.length === 0 ? '' : ` Did you mean ${names.join(' or ')}?`;
}

/** The same, and where nothing is similar all that there are: what to put behind a name that nobody knows. */
export function knownInstead(wanted: string, existing: readonly string[]): string {
  const similar = didYouMean(wanted, existing);
  if (similar !== '') return similar;
  return existing.length === 0
    ? ' None is taken here.'
    : ` Known are ${existing.map((name) => `"${name}"`).join(', ')}.`;
}
