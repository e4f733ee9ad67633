/** Bits of an access mask in the words of the tools (facts of the platform: letters R, C, H, X, D, E, P). */
const bits: readonly (readonly [number, string])[] = [
  [1, 'Read'],
  [2, 'Create'],
  [4, 'Change'],
  [8, 'Execute'],
  [16, 'Delete'],
  [32, 'Read Permissions'],
  [64, 'Change Permissions'],
];

/** "Read and Execute"; what has no word is given as a number. */
export function rightsOf(mask: number): string {
  const known = bits.filter(([bit]) => (mask & bit) !== 0).map(([, word]) => word);
  const rest = bits.reduce((left, [bit]) => left & ~bit, mask);
  const words = rest === 0 ? known : [...known, `the bits ${rest}`];
  if (words.length < 2) return words[0] ?? 'no right at all';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
