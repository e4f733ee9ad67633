import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const nowMs = Date.parse('2026-12-01T20:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Tue, 01 Dec 2026 20:00:07 GMT', 7_000],
    ['Tue, 01 Dec 2026 19:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads %j as %j ms', (value, expected) => {
    expect(retryAfterMs(value, nowMs)).toBe(expected);
  });
});
