import type { Conformance } from './conformance.js';
import type { CheckedFact, Verdict } from './fact.js';

const verdicts: readonly Verdict[] = ['held', 'broken', 'unknown'];
const narrowest = 60;

/** One fact as a row of the table: what it is, what was found, where it comes from. Never wider than `width`. */
export function rowOf(fact: CheckedFact, width: number): string {
  const { id, channel, text, source, questions, verdict, found } = fact;
  const head = `${verdict.padEnd(8)}${channel.padEnd(9)}`;
  const indent = ' '.repeat(head.length);
  const room = Math.max(width, narrowest) - head.length;
  const open = questions.length === 0 ? '' : ` (open question ${questions.join(', ')})`;
  const cells = [`${id}: ${text}`, `found: ${found}`, `from: ${source}${open}`];
  return cells
    .flatMap((cell, i) => wrap(cell, i === 0 ? room : room - 2).map((line) => (i === 0 ? line : `  ${line}`)))
    .map((line, i) => (i === 0 ? head : indent) + line)
    .join('\n');
}

export const countsOf = (facts: readonly CheckedFact[]): string =>
  verdicts
    .map((verdict) => `${facts.filter((fact) => fact.verdict === verdict).length} ${verdict}`)
    .join(', ');

/** What stands below the table: broken facts once more, what was left behind, and the counts. */
export function summaryOf({ facts, leftBehind, isInterrupted }: Conformance): readonly string[] {
  return [
    ...facts.filter(({ verdict }) => verdict === 'broken').map(({ id, found }) => `broken: ${id}: ${found}`),
    ...leftBehind.map((left) => `left behind: ${left}`),
    `${countsOf(facts)}${isInterrupted ? ' (interrupted)' : ''}`,
  ];
}

/** Lines of words; a word that is longer than a line is broken. Control characters of a site do not reach the terminal. */
function wrap(text: string, width: number): readonly string[] {
  const words = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').split(' ');
  const lines: string[] = [];
  for (const word of words.flatMap((one) => one.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
