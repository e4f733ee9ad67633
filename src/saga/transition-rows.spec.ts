import { describe, expect, it } from 'vitest';
import type { Position } from './position.js';
import type { Example } from './testing/given.js';
import { given, making } from './testing/given.js';
import { operationRow } from './transition-rows.js';

/** What is written of the last decision of an example. */
const written = ({ decision }: Example, from: Position) =>
  operationRow({ epoch: '1', from, decision, release: true, dueAtMs: null }, '');

describe('Locks', () => {
  const plans = { inspect: { locks: ['a/one'] }, work: [making('one')] };

  it('are released with the end of the operation', () => {
    const run = given(plans).until('apply one');
    const from = run.position;
    expect(written(run.does('one'), from)).toMatchObject({ state: 'completed', unlock: true });
  });

  it('that were granted in the moment of a cancel are released although it was never written down that they are held', () => {
    const run = given(plans).until('lock a/one').requested('cancel');
    const from = run.position;
    run.answers({ type: 'locked' });
    expect(from.locksHeld).toBe(false);
    expect(written(run, from)).toMatchObject({ state: 'cancelled', unlock: true });
  });

  it('are kept while the operation is parked', () => {
    const run = given(plans).until('read one');
    const from = run.position;
    expect(written(run.givesUp('one'), from)).toMatchObject({
      state: 'needs-attention',
      unlock: false,
    });
  });
});
