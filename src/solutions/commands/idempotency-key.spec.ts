import { expect, it } from 'vitest';
import { readIdempotencyKey } from './idempotency-key.js';

it.each([
  [undefined, null],
  ['abc', 'abc'],
  ['"abc"', 'abc'],
  ['  "abc"  ', 'abc'],
  ['"a b"', 'a b'],
  [String.raw`"say \"hi\" \\ there"`, String.raw`say "hi" \ there`],
  [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
])('reads %j', (header, key) => {
  expect(readIdempotencyKey(header)).toBe(key);
});

it.each(['', '""', '"', 'a b', '"a"b', String.raw`"a\x"`, 'ä', 'x'.repeat(256), '"k";p=1'])(
  'refuses %j',
  (header) => {
    expect(() => readIdempotencyKey(header)).toThrow('invalid-request');
  },
);
