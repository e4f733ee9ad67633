// Colours, tables and a block that is drawn again in place. Plain text where the output is no terminal.
const out = process.stdout;
export const isLive = out.isTTY === true;
const isColoured = isLive && !process.env.NO_COLOR;

const paint = (code) => (text) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');
export const yellow = paint('33');
export const cyan = paint('36');

export const say = (text = '') => out.write(`${text}\n`);
export const heading = (text) => say(`\n${bold(text)}`);

// eslint-disable-next-line no-control-regex
const plain = (text) => text.replace(/\x1b\[[0-9;]*m/g, '');
export const columns = () => (isLive ? (out.columns ?? 100) : Infinity);

/** Cut to a width; a cut text loses its colours. */
export function cut(text, width) {
  const bare = plain(text);
  return bare.length <= width ? text : `${bare.slice(0, Math.max(0, width - 1))}…`;
}

/** Left-aligned columns two spaces apart; on a terminal the widest are cut until a row fits into a line. */
export function table(head, rows) {
  const widths = head.map((name, i) =>
    Math.max(plain(name).length, ...rows.map((row) => plain(row[i]).length)),
  );
  const room = columns() - 2 - 2 * (head.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room && Math.max(...widths) > 8) {
    widths[widths.indexOf(Math.max(...widths))] -= 1;
  }
  const cell = (text, i) => {
    const short = cut(text, widths[i]);
    return short + ' '.repeat(widths[i] - plain(short).length);
  };
  const line = (cells) => `  ${cells.map(cell).join('  ')}`.trimEnd();
  say(dim(line(head)));
  for (const row of rows) say(line(row));
}

/** Lines that replace the ones drawn before. */
export class Block {
  #height = 0;

  draw(lines) {
    const shown = lines.slice(0, (out.rows ?? 40) - 1).map((line) => cut(line, columns() - 1));
    const up = this.#height === 0 ? '' : `\x1b[${this.#height}A`;
    out.write(`${up}\x1b[0J${shown.join('\n')}\n`);
    this.#height = shown.length;
  }
}
