import { OutputBuffer } from './output-buffer.js';

/** What the Java client puts around blocks of snappy: a magic, two versions, then blocks with their lengths before them. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = XERIAL_MAGIC.length + 8;

/**
 * As the Java client writes it (blocks) and as librdkafka does (one block).
 * @throws Error when it is no snappy, or more than `maxBytes` when unpacked
 */
export function unpackSnappy(packed: Buffer, maxBytes: number): Buffer {
  const out = new OutputBuffer(maxBytes);
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    unpackBlock(packed, out);
    return out.written();
  }
  for (let at = XERIAL_HEADER_BYTES; at < packed.length;) {
    const end = at + 4 + packed.readInt32BE(at);
    if (end > packed.length || end < at + 4) throw new Error('a block of snappy that ends too early');
    unpackBlock(packed.subarray(at + 4, end), out);
    at = end;
  }
  return out.written();
}

/** https://github.com/google/snappy/blob/main/format_description.txt */
function unpackBlock(block: Buffer, out: OutputBuffer): void {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = block.readUInt8(at++);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    if (shift > 21) throw new Error('a length of snappy that is too long');
  }
  const end = out.at + length;
  out.reserve(length);
  const start = out.at;
  while (at < block.length) {
    const tag = block.readUInt8(at++);
    const kind = tag & 3;
    if (kind === 0) {
      let literal = (tag >> 2) + 1;
      if (literal > 60) {
        const bytes = literal - 60;
        literal = block.readUIntLE(at, bytes) + 1;
        at += bytes;
      }
      out.literal(block, at, literal);
      at += literal;
    } else if (kind === 1) {
      out.again(((tag >> 5) << 8) | block.readUInt8(at), ((tag >> 2) & 7) + 4, start);
      at += 1;
    } else {
      const bytes = kind === 2 ? 2 : 4;
      out.again(block.readUIntLE(at, bytes), (tag >> 2) + 1, start);
      at += bytes;
    }
  }
  if (out.at !== end) throw new Error('a block of snappy that is not as long as it says');
}
