/** Everything that is wrong with a file, by line; nothing of it has been sent. */
export class BadFile extends Error {
  /** @param faults `{ line, detail }`; without a line what concerns the file as a whole */
  constructor(file, faults) {
    const sorted = [...faults].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super([`${file} is not valid; nothing was sent:`, ...sorted.map(said)].join('\n'));
    this.name = 'BadFile';
  }
}

const said = ({ line, detail }) => (line === undefined ? `  ${detail}` : `  line ${line}: ${detail}`);

/** A file that cannot be read at all. */
export class Unreadable extends Error {
  /** @param option which names the file */
  constructor(file, option, { code, message }) {
    super(`${file}: ${reasons[code] ?? message}. Nothing was sent; give the path of a file with ${option}.`);
    this.name = 'Unreadable';
  }
}

const reasons = {
  ENOENT: `there is no such file (relative paths begin at ${process.cwd()})`,
  EISDIR: 'this is a folder',
  EACCES: 'the file may not be read by this user',
};
