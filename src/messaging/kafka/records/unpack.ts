import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { unpackLz4 } from './lz4.js';
import { unpackSnappy } from './snappy.js';

const gunzip = promisify(zlib.gunzip);

type Unzstd = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
/** Node has it from 22.15 on. */
const native = (zlib as unknown as { zstdDecompress?: (...args: never[]) => void }).zstdDecompress;
const unzstd = native === undefined ? null : (promisify(native) as unknown as Unzstd);

type Unpack = (packed: Buffer, maxBytes: number) => Buffer | Promise<Buffer>;

/** By the number in a record batch's attributes. */
const codecs: readonly (Unpack | undefined)[] = [
  (plain) => plain,
  (packed, maxOutputLength) => gunzip(packed, { maxOutputLength }),
  unpackSnappy,
  unpackLz4,
  (packed, maxOutputLength) => {
    if (unzstd !== null) return unzstd(packed, { maxOutputLength });
    throw new Error(
      'it is packed with zstd, which takes Node 22.15 or later; or set compression.type=uncompressed on the topic',
    );
  },
];

/**
 * kafkajs knows gzip only: one batch in another compression, which any other client may use, ends its consumer again and
 * again.
 * @throws Error when it cannot be unpacked, or is larger than `maxBytes` then
 */
export async function unpack(codec: number, packed: Buffer, maxBytes: number): Promise<Buffer> {
  const unpackWith = codecs[codec];
  if (unpackWith === undefined) throw new Error(`it is packed in a way nobody knows (${codec})`);
  return unpackWith(packed, maxBytes);
}
