import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json.js';
import { canonical, sameJson } from './json.js';

const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the members of every object in another order. */
function shuffled(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => shuffled(item));
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('Canonical JSON', () => {
  it('does not depend on the order of members', () => {
    fc.assert(fc.property(anyJson, (value) => canonical(shuffled(value)) === canonical(value)));
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('survives the way through the database, which keeps neither order nor white space', () => {
    fc.assert(
      fc.property(anyJson, (value) =>
        sameJson(JSON.parse(JSON.stringify(shuffled(value), null, 2)) as Json, value),
      ),
    );
  });

  it('is equal exactly for equal values', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (a, b) => {
        const [left, right] = [a, b].map((value) => JSON.parse(JSON.stringify(value)) as Json);
        let equal = true;
        try {
          expect(left).toEqual(right);
        } catch {
          equal = false;
        }
        expect(sameJson(a, b)).toBe(equal);
      }),
    );
  });

  it('keeps the order of lists and tells values of different types apart', () => {
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson('1', 1)).toBe(false);
    expect(sameJson(null, 'null')).toBe(false);
    expect(sameJson({}, [])).toBe(false);
    expect(sameJson({ a: null }, {})).toBe(false);
  });

  it('orders members by UTF-16 code units and writes no white space', () => {
    expect(canonical({ b: [1, { d: 1, c: 2 }], a: 'x y', '\ufb33': 1, '\u{1f600}': 2 })).toBe(
      '{"a":"x y","b":[1,{"c":2,"d":1}],"\u{1f600}":2,"\ufb33":1}',
    );
  });
});
