import { describe, expect, it } from 'vitest';
import { shortView } from './short-view.js';

const many = (count: number, detail: string) =>
  Array.from({ length: count }, (_, n) => ({ n, detail, object: { name: 'ü'.repeat(255) } }));
const view = (steps: number[], left: number, detail: string) => ({
  id: 'o',
  steps: steps.map((count) => ({ name: 'ü'.repeat(63), findings: many(count, detail) })),
  leftBehind: many(left, detail),
  waitingFor: { detail },
  error: { detail },
});

describe('The operation in events and lists', () => {
  it('is as it is where it is small', () => {
    const small = view([50, 0, 50], 100, 'x'.repeat(500));
    expect(shortView(small)).toEqual(small);
    const idle = { ...small, waitingFor: null, error: null };
    expect(shortView(idle)).toEqual(idle);
  });

  it('keeps the first findings over all steps and the first things left behind, and says so', () => {
    const short = shortView(view([60, 60, 1], 101, 'x'));
    expect(short.shortened).toBe(true);
    expect(short.steps.map(({ findings }) => findings.length)).toEqual([60, 40, 0]);
    expect(short.leftBehind.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('fits into a record of Kafka, whatever the target says', () => {
    const short = shortView(view([500, 5_000], 5_000, '\u{1f600}'.repeat(5_000)));
    expect(Buffer.byteLength(JSON.stringify(short))).toBeLessThan(900_000);
    expect(short.error.detail).toHaveLength(499);
    expect(short.error.detail).not.toMatch(/\p{Cs}/u);
  });
});
