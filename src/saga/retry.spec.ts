import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRetry, retryDelayMs, targetDelayMs } from './retry.js';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('The delay before a retry', () => {
  it('is anything between nothing and the exponential delay', () => {
    expect(retryDelayMs(defaultRetry, 1, 0)).toBe(0);
    expect(retryDelayMs(defaultRetry, 1, 0.999)).toBe(200);
    expect(retryDelayMs(defaultRetry, 4, 0.5)).toBe(800);
  });

  it('never exceeds its bound, however often it failed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), chance, (failures, random) => {
        const delayMs = retryDelayMs(defaultRetry, failures, random);
        return delayMs >= 0 && delayMs <= defaultRetry.maxDelayMs;
      }),
    );
  });
});

describe('The wait for a target', () => {
  it('is as long as the target asks', () => {
    expect(targetDelayMs(0, 7_000, 0)).toBe(7_000);
  });

  it('is an hour at most, whatever the target asks', () => {
    expect(targetDelayMs(0, 86_400_000, 0)).toBe(3_600_000);
    expect(targetDelayMs(0, Number.POSITIVE_INFINITY, 0)).toBe(3_600_000);
  });

  it.each([0, -5_000, Number.NaN])('is our own where the target asks for nothing: %d', (retryAfterMs) => {
    expect(targetDelayMs(0, retryAfterMs, 0)).toBe(targetDelayMs(0, undefined, 0));
  });

  it('doubles from half a second to 15 s, half of it by chance', () => {
    expect(targetDelayMs(0, undefined, 0)).toBe(250);
    expect(targetDelayMs(0, undefined, 0.999)).toBe(500);
    expect(targetDelayMs(1, undefined, 0)).toBe(500);
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 1_000_000 }), chance, (waits, random) => {
        const delayMs = targetDelayMs(waits, undefined, random);
        return delayMs >= 7_500 && delayMs <= 15_000;
      }),
    );
  });
});
