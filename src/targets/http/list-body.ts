import type { BodySink } from './message.js';

const Byte = { quote: 0x22, comma: 0x2c, backslash: 0x5c } as const;
const openList = 0x5b;
const opens = (byte: number): boolean => byte === openList || byte === 0x7b;
const closes = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/** An item is a few hundred bytes, with a large annex some hundred thousand; beyond this it is no list of objects. */
const maxHeldBytes = 16 * 1024 * 1024;
/** Enough of what stands before a list to see under which name it stands. */
const tailLength = 256;

/**
 * A JSON object with one long list in it, read as it comes: each item is handed over as soon as it is complete and then
 * forgotten. What is around the list stays as the text of the answer, with an empty list in its place.
 * 50,000 persons are 30 MB: held as a whole they would be that as bytes, again as a string and several times that as
 * objects, and parsing them at once stops the process for 0.2 s. In pieces it takes 0.3 s, none above a few ms.
 */
export class ListBody implements BodySink {
  private around: Buffer[] = [];
  private tail = '';
  private item: Buffer[] = [];
  private heldBytes = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private inList = false;

  /**
   * @param name member whose list is taken apart; a bare object in its place stays in the text
   * @param take gets each item in turn; what it throws ends the answer
   */
  constructor(
    private readonly name: string,
    private readonly take: (item: unknown) => void,
  ) {}

  /** @throws SyntaxError when an item is not JSON, RangeError when it is too large, and what `take` throws */
  write(chunk: Buffer): void {
    let from = 0;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] ?? 0;
      if (this.inString) this.stepInString(byte);
      else if (byte === Byte.quote) this.inString = true;
      else if (opens(byte)) {
        this.depth += 1;
        if (this.depth === 2 && byte === openList) {
          this.keep(chunk, from, i + 1);
          from = i + 1;
          this.inList = this.isNamed();
        }
      } else if (closes(byte) || (byte === Byte.comma && this.depth === 2)) {
        if (byte !== Byte.comma) this.depth -= 1;
        const ends = this.depth === 1;
        if (!this.inList || (byte !== Byte.comma && !ends)) continue;
        this.keep(chunk, from, i);
        from = ends ? i : i + 1;
        this.complete();
        this.inList = !ends;
      }
    }
    this.keep(chunk, from, chunk.length);
  }

  end(): string {
    return Buffer.concat(this.around).toString('utf8');
  }

  private stepInString(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === Byte.backslash) this.escaped = true;
    else if (byte === Byte.quote) this.inString = false;
  }

  /** A copy: a part of a chunk would keep the whole chunk. */
  private keep(chunk: Buffer, from: number, to: number): void {
    if (from >= to) return;
    this.heldBytes += to - from;
    if (this.heldBytes > maxHeldBytes)
      throw new RangeError(`more than ${maxHeldBytes} bytes that are no list`);
    const part = Buffer.from(chunk.subarray(from, to));
    if (this.inList) this.item.push(part);
    else {
      this.around.push(part);
      this.tail = (this.tail + part.subarray(-tailLength).toString('latin1')).slice(-tailLength);
    }
  }

  private isNamed(): boolean {
    return /"([^"\\]*)"\s*:\s*\[$/.exec(this.tail)?.[1] === this.name;
  }

  private complete(): void {
    const text = Buffer.concat(this.item).toString('utf8');
    this.heldBytes -= this.item.reduce((sum, part) => sum + part.length, 0);
    this.item = [];
    if (text.trim() !== '') this.take(JSON.parse(text));
  }
}
