/** Everything that is wrong with a file, by line; nothing of it has been sent. */
export class BadFile extends Error {
  /** @param faults `{ line, detail }` */
  constructor(file, faults) {
    const sorted = [...faults].sort((a, b) => a.line - b.line);
    super([`${file} is not valid; nothing was sent:`, ...sorted.map(said)].join('\n'));
    this.name = 'BadFile';
  }
}

const said = ({ line, detail }) => `  line ${line}: ${detail}`;
