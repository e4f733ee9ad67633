import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, knownInstead, similarNames } from './similar-names.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['retail', 'retial', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('of "%s" and "%s" is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is the same both ways, nought only for equal texts, and never more than the longer one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('similarNames', () => {
  const existing = ['Retail Inbound', 'Retail Outbound', 'Claims Intake', 'IxnServer_Retail'];

  it('finds a name with a slip of the pen, in other case or with other separators', () => {
    expect(similarNames('Retail Inbuond', existing)[0]).toBe('Retail Inbound');
    expect(similarNames('retail-inbound', existing)[0]).toBe('Retail Inbound');
    expect(similarNames('ixnserver retail', existing)).toEqual(['IxnServer_Retail']);
  });

  it('names the nearest first', () => {
    expect(similarNames('Retail Outbund', existing)).toEqual(['Retail Outbound', 'Retail Inbound']);
  });

  it('suggests nothing for a name that is far from all', () => {
    expect(similarNames('Bank Chat', existing)).toEqual([]);
    expect(didYouMean('Bank Chat', existing)).toBe('');
  });

  it('suggests three at most, each once', () => {
    expect(similarNames('Server', ['Server1', 'Server2', 'Server1', 'Server3', 'Server4'])).toEqual([
      'Server1',
      'Server2',
      'Server3',
    ]);
  });

  it('puts them into a sentence', () => {
    expect(didYouMean('Retail Outbund', existing)).toBe(
      ' Did you mean "Retail Outbound" or "Retail Inbound"?',
    );
  });
});

describe('knownInstead', () => {
  it('is what is similar, or else all that there is', () => {
    expect(knownInstead('tenent', ['target', 'tenant'])).toBe(' Did you mean "tenant"?');
    expect(knownInstead('colour', ['target', 'tenant'])).toBe(' Known are "target", "tenant".');
    expect(knownInstead('colour', [])).toBe(' None is taken here.');
  });
});
