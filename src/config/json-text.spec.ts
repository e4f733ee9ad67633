import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookAtJson } from './json-text.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a": oops}', 1, 7, 'a value'],
    ['{\n  "a": 1,\n  b: 2\n}', 3, 3, 'double quotes'],
    ["{'a': 1}", 1, 2, 'double quotes'],
    ['{"a": 1,}', 1, 9, 'comma before is one too many'],
    ['[1,\n2,]', 2, 3, 'comma before is one too many'],
    ['{"a" 1}', 1, 6, '":"'],
    ['{"a": 1 "b": 2}', 1, 9, '"," or "}"'],
    ['[1 2]', 1, 4, '"," or "]"'],
    ['{"a": 1', 1, 8, 'an object is not closed'],
    ['[1, 2', 1, 6, 'a list is not closed'],
    ['{"a": "b\nc"}', 1, 7, 'a string that is closed'],
    ['{"a": "\\x"}', 1, 7, 'a string that is closed'],
    ['{"a": 01}', 1, 7, 'a value'],
    ['{"a": 1} {}', 1, 10, 'more than one value'],
    ['', 1, 1, 'a value'],
  ])('%j', (text, line, column, expected) => {
    const { fault } = lookAtJson(text);
    expect(fault).toMatchObject({ line, column });
    expect(fault?.expected).toContain(expected);
  });

  it('is nowhere exactly for what JSON.parse takes', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\n"',
      '"',
      '1',
      '-0.5e3',
      '01',
      'true',
      'nul',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(pieces, { maxLength: 9 }).map((all) => all.join('')),
        ),
        (text) => {
          expect([text, lookAtJson(text).fault === null]).toEqual([text, isJson(text)]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is found in linear time, however long and deep the text is', () => {
    expect(lookAtJson(`{"a":"${'x\\n'.repeat(300_000)}`).fault).not.toBeNull();
    expect(lookAtJson('['.repeat(500_000)).fault).toMatchObject({ column: 500_001 });
  });
});

describe('members that stand twice', () => {
  it.each([
    ['{"a":1,"b":2,"a":3}', ['/a']],
    ['{"x":[{"k":1},{"k":1,"\\u006b":2}],"a/b":{"~":1,"~":1}}', ['/x/1/k', '/a~1b/~0']],
    ['{"a":{"a":1},"b":{"a":1}}', []],
    ['[{"__proto__":1,"__proto__":2}]', ['/0/__proto__']],
  ])('in %s are %j', (text, doubled) => {
    expect(lookAtJson(text)).toEqual({ fault: null, doubled });
  });

  it('names the first members that stand twice, cut, however many and deep they are', () => {
    const long = 'x'.repeat(50_000);
    const twice = `{${Array.from({ length: 2_000 }, () => '"a":1').join(',')}}`;
    const { fault, doubled } = lookAtJson(`{"${long}":${'['.repeat(20_000)}${twice}${']'.repeat(20_000)}}`);
    expect(fault).toBeNull();
    expect(doubled).toHaveLength(20);
    expect(doubled.every((pointer) => pointer.length === 200)).toBe(true);
  });
});
