import { describe, expect, it } from 'vitest';
import type { Json } from './json.js';
import { isReference, knownAfter, resolve } from './reference.js';

const outputs = new Map([['create-account/1', 105]]);

describe('A value known later', () => {
  it('names the step and the number of the action that puts it out', () => {
    expect(knownAfter('create-account', 1)).toEqual({ knownAfter: 'create-account/1' });
  });

  it('is replaced wherever it stands, in lists and objects', () => {
    const reference = knownAfter('create-account', 1);
    const value = { entry: { account: reference, mask: 9 }, members: [reference, 7] };
    expect(resolve(value, outputs)).toEqual({ entry: { account: 105, mask: 9 }, members: [105, 7] });
  });

  it('stays as it is while nothing has put it out: a plan shows it so', () => {
    const reference = knownAfter('provision-person', 2);
    expect(resolve({ dbid: reference }, outputs)).toEqual({ dbid: reference });
  });

  it('leaves the value it was in as it was', () => {
    const value = { dbid: knownAfter('create-account', 1) };
    resolve(value, outputs);
    expect(value).toEqual({ dbid: { knownAfter: 'create-account/1' } });
  });

  it('keeps an output that is false, zero or empty', () => {
    const falsy = new Map<string, Json>([
      ['a/1', 0],
      ['a/2', ''],
      ['a/3', false],
    ]);
    expect(
      resolve(
        [1, 2, 3].map((number) => knownAfter('a', number)),
        falsy,
      ),
    ).toEqual([0, '', false]);
  });

  it('is not mistaken: only an object with a text under `knownAfter` is one', () => {
    expect([null, 'knownAfter', 1, {}, { knownAfter: 1 }, []].filter(isReference)).toEqual([]);
    expect(isReference({ knownAfter: 'a/1' })).toBe(true);
  });
});
