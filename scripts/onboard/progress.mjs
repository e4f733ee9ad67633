// How far it is: a bar on a terminal, a line for each change elsewhere.
import { columns, cut, isLive, say } from '../demo/terminal.mjs';

const barWidth = 24;

export class Progress {
  #total;
  #ended = 0;
  #running = new Map();
  #said = new Map();

  constructor(total) {
    this.#total = total;
  }

  /** @param text what is to be read of it; only the last of a line is of interest while it runs */
  change({ line, request, idempotencyKey: id, text, isEnded, isWorthALine }) {
    const name = `line ${line} ${request.key}`;
    if (isEnded) {
      this.#ended += 1;
      this.#running.delete(id);
    } else this.#running.set(id, `${name}: ${text}`);
    const isNew = this.#said.get(id) !== text;
    this.#said.set(id, text);
    if (!isLive) return void (isNew && say(`${this.#ended}/${this.#total}  ${name}: ${text}`));
    this.#clear();
    if (isEnded && isWorthALine) say(`${name}: ${text}`);
    this.#draw();
  }

  end() {
    this.#clear();
  }

  #clear() {
    if (isLive) process.stdout.write('\r\x1b[K');
  }

  #draw() {
    const full = Math.round((this.#ended / this.#total) * barWidth);
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
    const [latest = ''] = [...this.#running.values()].slice(-1);
    const text = `${bar} ${this.#ended}/${this.#total}, ${this.#running.size} running  ${latest}`;
    process.stdout.write(cut(text, columns() - 1));
  }
}
