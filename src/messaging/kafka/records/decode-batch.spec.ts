import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checksum, ProducedMessage } from '../produce-request.js';
import { Compression, encodeProduceRequest } from '../produce-request.js';
import { decodeBatch, type FetchedRecord } from './decode-batch.js';
import { unpackLz4 } from './lz4.js';
import { decodeSet } from './mend-fetch.js';
import { packedBatches } from './packed-batches.fixture.js';
import { unpackSnappy } from './snappy.js';

const crc32C = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C/crc32C') as Checksum;
const nowMs = 1_764_000_000_000;
/** What stands before the batch in a request with one topic of one letter and one partition. */
const REQUEST_BYTES = 27;

function batchOf(messages: ProducedMessage[], compression: number = Compression.none): Buffer {
  const partitions = [{ partition: 0, firstSequence: 0, messages }];
  const topicData = [{ topic: 't', partitions }];
  const request = { acks: -1, timeout: 1, producerId: '7', producerEpoch: 0, compression, topicData };
  return encodeProduceRequest(request, nowMs, crc32C).subarray(REQUEST_BYTES);
}

const hasZstd = 'zstdDecompress' in zlib;

describe('a batch', () => {
  it.each(packedBatches)('of %s packed with %s is taken apart', async (_client, codec, base64) => {
    const records = await decodeSet(Buffer.from(base64, 'base64'));
    if (codec === 'zstd' && !hasZstd) {
      expect(records).toHaveLength(1);
      expect(records[0]).toMatchObject({
        offset: '2',
        undecodable: expect.stringContaining('Node 22.15') as string,
      });
      return;
    }
    expect(records).toHaveLength(3);
    for (const [n, record] of records.entries()) {
      expect(record).toMatchObject({ offset: String(n), timestamp: String(1_764_000_000_000 + n) });
      expect(record.undecodable).toBeUndefined();
      expect(String(record.key)).toBe(`lab/Environment/s${n}`);
      expect(JSON.parse(String(record.value))).toEqual({ n, text: 'onboarding '.repeat(20) });
      expect(record.headerList.map(([name, value]) => [name, value === null ? null : String(value)])).toEqual(
        [
          ['ce_id', `m-${n}`],
          ['none', null],
          ['ce_id', 'again'],
        ],
      );
      expect(record.headers['ce_id']).toHaveLength(2);
      expect(record.headers['none']).toBeNull();
    }
  });

  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const name = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('constructor', '__proto__', '1', 'toString'),
  );
  const message = fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.array(fc.tuple(name, fc.option(bytes))),
    timestamp: fc.option(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map(String), { nil: undefined }),
  });

  it('comes out as it was written: bytes, order of headers, times, packed or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1 }),
        fc.constantFrom(0, 1),
        async (messages, compression) => {
          const records = await decodeBatch(batchOf(messages, compression));
          expect(records.map(({ key, value, headerList }) => ({ key, value, headers: headerList }))).toEqual(
            messages.map(({ key, value, headers }) => ({ key, value, headers })),
          );
          expect(records.map(({ timestamp }) => timestamp)).toEqual(
            messages.map(({ timestamp }) => timestamp ?? String(nowMs)),
          );
          expect(records.map(({ offset }) => offset)).toEqual(messages.map((_, i) => String(i)));
        },
      ),
    );
  });

  it('keeps the name of a header that is no text', async () => {
    const odd = Buffer.from([0xff, 0x00]);
    const [record] = await decodeBatch(batchOf([{ value: 'v', headers: [[odd, 'x']] }]));
    expect(record?.headerList).toEqual([[odd, Buffer.from('x')]]);
  });

  /** One record that stands for all, with the bytes of all and the offset of the last. */
  const isSetAside = (records: FetchedRecord[], batch: Buffer, lastOffset: number, why: RegExp): void => {
    expect(records).toEqual([
      expect.objectContaining({ key: null, value: batch, offset: String(lastOffset), headerList: [] }),
    ]);
    expect(records[0]?.undecodable).toMatch(why);
  };

  it('that unpacks to more than a process can hold becomes one record that says so', async () => {
    const bomb = batchOf([{ value: 'good' }, { value: Buffer.alloc(80_000_000) }], Compression.gzip);
    expect(bomb.length).toBeLessThan(100_000);
    isSetAside(await decodeBatch(bomb), bomb, 1, /larger than/);
  });

  it('of hundreds of thousands of records is taken, and of more than any commands could be set aside', async () => {
    const many = batchOf(Array.from({ length: 150_000 }, () => ({ value: null })));
    expect(await decodeSet(many)).toHaveLength(150_000);
    const tooMany = batchOf([{ value: null }]);
    tooMany.writeInt32BE(250_001, 57);
    isSetAside(await decodeSet(tooMany), tooMany, 0, /250001 records/);
  });

  it('of a record with a hundred thousand headers takes no longer than its bytes', async () => {
    const headers = Array.from({ length: 100_000 }, (_, i) => [`h${i}`, 'x'] as const);
    const [record] = await decodeBatch(batchOf([{ value: 'v', headers }]));
    expect(record?.headerList).toHaveLength(100_000);
  });

  it('with anything wrong in it never ends the reading', async () => {
    const good = batchOf([{ key: 'k', value: 'v', headers: [['a', 'b']] }, { value: 'w' }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 58), fc.nat(255), fc.nat(7), async (at, byte, codec) => {
        const wrong = Buffer.from(good);
        wrong[57 + at] = byte;
        wrong[22] = codec;
        expect((await decodeBatch(wrong)).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('without records, as compaction leaves them, is passed over', async () => {
    const empty = batchOf([{ value: 'v' }]).subarray(0, 61);
    empty.writeInt32BE(9, 23);
    empty.writeInt32BE(0, 57);
    expect(await decodeBatch(empty)).toEqual([
      expect.objectContaining({ offset: '9', isControlRecord: true }),
    ]);
  });

  it('that is cut off at the end of an answer is left for the next one', async () => {
    const good = batchOf([{ value: 'v' }]);
    expect(await decodeSet(Buffer.concat([good, good.subarray(0, good.length - 1)]))).toHaveLength(1);
    expect(await decodeSet(Buffer.concat([good, good.subarray(0, 5)]))).toHaveLength(1);
  });
});

describe('packed bytes', () => {
  it('of LZ4 that repeat themselves for ever end at the limit', () => {
    // One literal, then a match of 15 + 255 × 1000 + … bytes one byte back, a thousand times.
    const block = Buffer.concat([
      Buffer.from([0x1f, 0x61, 0x01, 0x00]),
      Buffer.alloc(400_000, 255),
      Buffer.from([0x00, 0x00]),
    ]);
    const frame = Buffer.alloc(7 + 4 + block.length + 4);
    frame.writeUInt32LE(0x184d2204, 0);
    frame.set([0x60, 0x70, 0x00], 4);
    frame.writeUInt32LE(block.length, 7);
    block.copy(frame, 11);
    expect(() => unpackLz4(frame, 64 * 1024 * 1024)).toThrow('more than 67108864 bytes');
    expect(unpackLz4(frame, 128 * 1024 * 1024).length).toBe(1 + 15 + 255 * 400_000 + 4);
  });

  it('that refer to what is not there, or end too early, are no packed bytes', () => {
    expect(() => unpackSnappy(Buffer.from([0x04, 0x01, 0x05]), 100)).toThrow('what is not there');
    expect(() => unpackSnappy(Buffer.from([0x04, 0x0c, 0x61]), 100)).toThrow('end too early');
    expect(() => unpackSnappy(Buffer.from([0x04, 0x00, 0x61]), 100)).toThrow('not as long');
    expect(() => unpackSnappy(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), 100)).toThrow(
      'more than 100 bytes',
    );
    expect(() => unpackLz4(Buffer.from('no frame at all'), 100)).toThrow('no frame of LZ4');
  });
});
