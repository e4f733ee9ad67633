import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { Checksum, ProduceArguments } from './produce-request.js';
import { encodeProduceRequest } from './produce-request.js';

type Encode = (args: ProduceArguments) => { encode(): Promise<{ buffer: Buffer }> };
const require = createRequire(import.meta.url);
const ofKafkajs = require('kafkajs/src/protocol/requests/produce/v3/request') as Encode;
const crc32C = require('kafkajs/src/protocol/recordBatch/crc32C/crc32C') as Checksum;

const nowMs = 1_764_000_000_123;

async function kafkajsBytes(args: ProduceArguments): Promise<Buffer> {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] });
  try {
    return (await ofKafkajs(args).encode()).buffer;
  } finally {
    vi.useRealTimers();
  }
}

/** Lengths around those where a varint gets longer, text that is not ASCII. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.integer({ min: 0, max: 9000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 55, max: 70 }).map((length) => 'ü'.repeat(length)),
);
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
);
const message = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 40 }), fc.oneof(bytes, fc.array(bytes)), {
    maxKeys: 12,
    noNullPrototype: true,
  }),
});
const partition = fc.record({
  partition: fc.nat(500),
  firstSequence: fc.nat(2 ** 31 - 1),
  messages: fc.array(message, { minLength: 1, maxLength: 80 }),
});
const request = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(60_000),
  producerId: fc.nat(2 ** 31).map(String),
  producerEpoch: fc.nat(30_000),
  topicData: fc.array(
    fc.record({ topic: fc.string({ minLength: 1 }), partitions: fc.array(partition, { maxLength: 3 }) }),
    { maxLength: 2 },
  ),
});

it('writes byte for byte what kafkajs writes', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (args) => {
      const ours = encodeProduceRequest(args, nowMs, crc32C);
      expect(ours.equals(await kafkajsBytes(args))).toBe(true);
    }),
    { numRuns: 200 },
  );
}, 60_000);

it('writes a header without a value, which kafkajs cannot', async () => {
  const args = (headers: Record<string, string | null>): ProduceArguments => ({
    acks: -1,
    timeout: 1000,
    producerId: '7',
    producerEpoch: 0,
    topicData: [
      { topic: 't', partitions: [{ partition: 0, firstSequence: 0, messages: [{ value: 'v', headers }] }] },
    ],
  });
  await expect(kafkajsBytes(args({ none: null }))).rejects.toThrow(TypeError);
  // As long as an empty value; its length says -1 (zigzag 1) in place of 0.
  const [none, empty] = [null, ''].map((value) => encodeProduceRequest(args({ none: value }), nowMs, crc32C));
  expect(none?.length).toBe(empty?.length);
  expect(none?.at(-1)).toBe(1);
  expect(empty?.at(-1)).toBe(0);
});
