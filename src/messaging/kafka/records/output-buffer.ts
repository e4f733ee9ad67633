/** What is unpacked, up to a limit: a megabyte of zeros packs a thousand times smaller. */
export class OutputBuffer {
  at = 0;
  private buffer = Buffer.allocUnsafe(64 * 1024);

  constructor(private readonly maxBytes: number) {}

  written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  /** @throws Error beyond the limit */
  reserve(bytes: number): void {
    const needed = this.at + bytes;
    if (needed > this.maxBytes) throw new Error(`more than ${this.maxBytes} bytes when unpacked`);
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(needed, this.buffer.length * 2)));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  literal(from: Buffer, start: number, length: number): void {
    if (start + length > from.length) throw new Error('packed bytes that end too early');
    this.reserve(length);
    this.at += from.copy(this.buffer, this.at, start, start + length);
  }

  /** Bytes that were written `distance` ago once more; with a distance below the length they repeat themselves. */
  again(distance: number, length: number, notBefore: number): void {
    const from = this.at - distance;
    if (distance <= 0 || from < notBefore) throw new Error('packed bytes that refer to what is not there');
    this.reserve(length);
    if (distance >= length) this.buffer.copyWithin(this.at, from, from + length);
    else for (let i = 0; i < length; i++) this.buffer[this.at + i] = this.buffer[from + i] as number;
    this.at += length;
  }
}
