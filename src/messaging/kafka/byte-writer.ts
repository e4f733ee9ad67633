/** Bytes of a varint's zigzag form at most: those of 32 bits. */
const VARINT_BYTES = 5;
const VARLONG_BYTES = 10;

/** Writes front to back into one buffer that grows: no buffer per field, which is where kafkajs spends its time. */
export class ByteWriter {
  buffer: Buffer;
  at = 0;

  /** @param size a guess */
  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(Math.max(size, 512));
  }

  written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  /** Leaves room, to be filled in later. */
  skip(bytes: number): void {
    this.reserve(bytes);
    this.at += bytes;
  }

  int8(value: number): void {
    this.reserve(1);
    this.at = this.buffer.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.reserve(2);
    this.at = this.buffer.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.reserve(4);
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  int64(value: number | bigint): void {
    this.reserve(8);
    this.at = this.buffer.writeBigInt64BE(BigInt(value), this.at);
  }

  /** Its length in 16 bits before it. */
  string(value: string): void {
    const bytes = Buffer.from(value);
    this.int16(bytes.length);
    this.raw(bytes);
  }

  /** Zigzag, 32 bits. */
  varint(value: number): void {
    this.reserve(VARINT_BYTES);
    this.at = putVarint(this.buffer, this.at, value);
  }

  /** Zigzag, 64 bits. */
  varlong(value: bigint): void {
    this.reserve(VARLONG_BYTES);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest > 0x7fn; rest >>= 7n) this.buffer[this.at++] = Number(rest & 0x7fn) | 0x80;
    this.buffer[this.at++] = Number(rest);
  }

  /** Its length as a varint before it; −1 for null. */
  bytes(value: string | Buffer | null): void {
    if (value === null) this.varint(-1);
    else if (typeof value === 'string') this.text(value);
    else {
      this.varint(value.length);
      this.raw(value);
    }
  }

  /** What `write` writes, with its length as a varint before it. */
  sized(write: () => void): void {
    const start = this.at;
    this.skip(VARINT_BYTES);
    write();
    this.close(start, VARINT_BYTES);
  }

  /** Written where it belongs if its length is that of ASCII, and moved by a byte or two if not: measured once only. */
  private text(value: string): void {
    this.reserve(VARINT_BYTES + value.length * 3);
    const start = this.at;
    const room = sizeOfVarint(value.length);
    this.at += room + this.buffer.write(value, start + room);
    this.close(start, room);
  }

  /** Puts the length of what begins `room` bytes after `start` before it. */
  private close(start: number, room: number): void {
    const length = this.at - start - room;
    const needed = sizeOfVarint(length);
    if (needed !== room) {
      this.reserve(VARINT_BYTES);
      this.buffer.copyWithin(start + needed, start + room, this.at);
      this.at += needed - room;
    }
    putVarint(this.buffer, start, length);
  }

  /** Nothing before it. */
  raw(bytes: Buffer): void {
    this.reserve(bytes.length);
    this.at += bytes.copy(this.buffer, this.at);
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

function sizeOfVarint(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest > 0x7f; rest >>>= 7) bytes += 1;
  return bytes;
}

/** @returns where to go on */
function putVarint(buffer: Buffer, at: number, value: number): number {
  let rest = zigzag(value);
  for (; rest > 0x7f; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
  buffer[at++] = rest;
  return at;
}
