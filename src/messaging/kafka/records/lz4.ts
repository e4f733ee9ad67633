import { OutputBuffer } from './output-buffer.js';

const MAGIC = 0x184d2204;
const SKIPPABLE = 0x184d2a50;
const STORED = 0x80000000;
const MIN_MATCH = 4;

const flags = {
  contentChecksum: 0x04,
  contentSize: 0x08,
  blockChecksum: 0x10,
  independent: 0x20,
  dictionary: 0x01,
};

/**
 * Frames of LZ4, one after the other. Checksums are not looked at: the broker has unpacked it already to check it.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 * @throws Error when it is no LZ4, or more than `maxBytes` when unpacked
 */
export function unpackLz4(packed: Buffer, maxBytes: number): Buffer {
  const out = new OutputBuffer(maxBytes);
  for (let at = 0; at < packed.length;) at = unpackFrame(packed, at, out);
  return out.written();
}

/** @returns where the frame ends */
function unpackFrame(packed: Buffer, start: number, out: OutputBuffer): number {
  let at = start;
  const magic = packed.readUInt32LE(at);
  at += 4;
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return at + 4 + packed.readUInt32LE(at);
  if (magic !== MAGIC) throw new Error('no frame of LZ4');
  const has = packed.readUInt8(at);
  // Descriptor and block size, what was asked for above, and the descriptor's checksum.
  at += 2 + ((has & flags.contentSize) > 0 ? 8 : 0) + ((has & flags.dictionary) > 0 ? 4 : 0) + 1;
  const frame = out.at;
  for (;;) {
    const size = packed.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const length = size & ~STORED;
    if (at + length > packed.length) throw new Error('a block of LZ4 that ends too early');
    if ((size & STORED) !== 0) out.literal(packed, at, length);
    else unpackBlock(packed.subarray(at, at + length), out, (has & flags.independent) > 0 ? out.at : frame);
    at += length + ((has & flags.blockChecksum) > 0 ? 4 : 0);
  }
  return at + ((has & flags.contentChecksum) > 0 ? 4 : 0);
}

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
function unpackBlock(block: Buffer, out: OutputBuffer, notBefore: number): void {
  let at = 0;
  const long = (short: number): number => {
    let length = short;
    if (short < 15) return length;
    for (;;) {
      const byte = block.readUInt8(at++);
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < block.length) {
    const token = block.readUInt8(at++);
    const literal = long(token >> 4);
    out.literal(block, at, literal);
    at += literal;
    if (at === block.length) return; // the last sequence is literals only
    const distance = block.readUInt16LE(at);
    at += 2;
    out.again(distance, long(token & 15) + MIN_MATCH, notBefore);
  }
}
