import { describe, expect, it } from 'vitest';
import { narrowed } from './narrowed.js';

const open = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });
const closed = (properties: object, required: string[] = []) => ({
  ...open(properties, required),
  additionalProperties: false,
});
const text = { type: 'string' };

describe('A schema takes all that another one takes', () => {
  it.each([
    ['itself', closed({ a: text }, ['a']), closed({ a: text }, ['a'])],
    ['with a new member that may be absent', closed({ a: text }), closed({ a: text, b: text })],
    ['with a member less that has to be there', open({ a: text }, ['a']), open({ a: text })],
    ['with another value', { enum: ['a'] }, { enum: ['a', 'b'] }],
    ['with room for more', { type: 'string', maxLength: 5 }, { type: 'string', maxLength: 6 }],
    ['with another kind of value', text, { anyOf: [text, { type: 'null' }] }],
    ['without a limit', { type: 'string', maxLength: 5 }, text],
    ['of numbers, where it had whole ones', { type: 'integer' }, { type: 'number' }],
    [
      'in parts',
      { ...text, allOf: [{ pattern: 'a' }, { pattern: 'b' }] },
      { allOf: [{ pattern: 'b' }, text] },
    ],
    ['behind a name', text, { $ref: '#/definitions/T', definitions: { T: text } }],
  ])('%s', (_, from, to) => {
    expect(narrowed(from, to)).toEqual([]);
  });
});

describe('A schema does not take all that another one takes', () => {
  it.each([
    ['when a member went', closed({ a: text }), closed({}), '/a: is not known any more'],
    ['when a member has to be there', open({ a: text }), open({ a: text }, ['a']), '/a: is required now'],
    ['when a new member has to be there', closed({}), closed({ a: text }, ['a']), '/a: is required now'],
    ['when a value went', { enum: ['a', 'b'] }, { enum: ['a'] }, '/: no longer b'],
    ['when values were listed', text, { ...text, enum: ['a'] }, '/: no longer anything'],
    ['when another kind is asked for', { type: 'number' }, text, '/: was number, is string'],
    ['when a kind went', { anyOf: [text, { type: 'null' }] }, text, '/: was null, is string'],
    ['when less is let pass', { maxLength: 6 }, { maxLength: 5 }, '/: maxLength has sunk'],
    ['when there is a limit', text, { ...text, minLength: 1 }, '/: minLength has risen'],
    ['when the pattern is another', text, { ...text, pattern: 'a' }, '/: pattern is another one'],
    ['when it was open', open({}), closed({}), '/: other members were let pass'],
    [
      'when a part is new',
      { allOf: [{ pattern: 'a' }] },
      { allOf: [{ pattern: 'b' }] },
      '/: pattern is another',
    ],
    ['inside a list', { items: text }, { items: { type: 'number' } }, '/*: was string, is number'],
    ['when it uses words that are not understood', text, { ...text, not: {} }, ': not: teach narrowed.ts'],
  ])('%s', (_, from, to, fault) => {
    expect(narrowed(from, to)).toEqual([expect.stringContaining(fault)]);
  });
});
