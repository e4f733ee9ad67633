import { expect, it } from 'vitest';
import { Conditions } from './conditions.js';

it('writes no word into a statement that could be more than a word', () => {
  const conditions = new Conditions();
  conditions.addWord('state = ?', 'waiting-for-task');
  expect(conditions.where).toBe("WHERE state = 'waiting-for-task'");
  for (const word of ["failed' OR true --", 'a b', 'A', '', '$1']) {
    expect(() => conditions.addWord('state = ?', word)).toThrow(TypeError);
    expect(() => conditions.addFrequent('state', word)).toThrow(TypeError);
  }
});
