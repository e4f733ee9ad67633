import fc from 'fast-check';
import type { PartitionMetadata } from 'kafkajs';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { rememberingPartitioner } from './remembering-partitioner.js';

const partitions = (count: number): PartitionMetadata[] =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));

it('chooses as the default partitioner does, again and again, and when there are more partitions', () => {
  const ours = rememberingPartitioner();
  const theirs = kafkajs.Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' })),
      fc.integer({ min: 1, max: 100 }),
      (keys, count) => {
        for (const key of [...keys, ...keys]) {
          const args = { topic: 't', partitionMetadata: partitions(count), message: { key, value: '' } };
          expect(ours(args)).toBe(theirs(args));
        }
      },
    ),
  );
});
