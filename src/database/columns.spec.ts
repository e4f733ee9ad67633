import { describe, expect, it } from 'vitest';
import { binaryArray } from './columns.js';

describe('binaryArray', () => {
  it('is the array of the protocol: dimensions, NULLs, type, length, lower bound, elements', () => {
    expect(binaryArray('text', ['é', null]).toString('hex')).toBe(
      ['00000001', '00000001', '00000019', '00000002', '00000001', '00000002', 'c3a9', 'ffffffff'].join(''),
    );
  });

  it('refuses what is no UUID', () => {
    expect(() => binaryArray('uuid', ['0190'])).toThrow('not a UUID');
  });
});
