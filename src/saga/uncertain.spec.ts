import { describe, expect, it } from 'vitest';
import { beganAtMs, given, limits, making } from './testing/given.js';

describe('A take-over', () => {
  it('makes what was started unknown until the former lease has ended and its late effects with it', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(20_000);
    expect(run.action('one')).toMatchObject({
      state: 'unknown',
      uncertain: 'apply',
      quietUntilMs: beganAtMs + 20_000 + limits.lateMs,
    });
    expect(run.inTheAir).toEqual(['read one']);
  });

  it('waits for the time-out of the call where that ends after the lease', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(-5_000);
    expect(run.action('one').quietUntilMs).toBe(beganAtMs + limits.timeoutMs + limits.lateMs);
  });

  it('does not touch what is unknown already', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(20_000)
      .takenOver(1_000);
    expect(run.action('one').quietUntilMs).toBe(beganAtMs + 20_000 + limits.lateMs);
  });

  it('believes an absence only when it was asked for after the quiet time: what was asked before may have missed it', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(1_000);
    const quietUntilMs = run.action('one').quietUntilMs ?? 0;
    run.after(quietUntilMs - beganAtMs + 1);
    run.reads('one', null, { atMs: quietUntilMs - 1 });
    expect(run.action('one')).toMatchObject({ state: 'unknown', uncertain: 'apply' });
    run.reads('one', null, { atMs: quietUntilMs });
    expect(run.inTheAir).toEqual(['apply one']);
  });

  it('goes on at once when the effect is found, and sends nothing again', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(20_000)
      .reads('one', 'one made');
    expect(run.action('one')).toMatchObject({ state: 'done', ours: true });
  });

  it('is not made of a hand-over in peace: an intent without a call is read as if it were new', () => {
    const run = given({ work: [making('one')] })
      .until('read one')
      .readFails('one', 'target-down')
      .handedOver();
    run.after(60_000).reads('one', 'one made');
    expect(run.action('one')).toMatchObject({ state: 'done', ours: false });
  });

  it('leaves alone what was neither started nor on its way back', () => {
    const run = given({ first: [making('zero')], work: [making('one', { stage: 2 }), making('two')] });
    run.until('apply two').takenOver(20_000);
    expect(run.action('zero').state).toBe('done');
    expect(run.action('one').state).toBe('planned');
  });
});

describe('A take-over in the undo', () => {
  const undoing = () =>
    given({ work: [making('one')], verify: [] })
      .until('observe verify')
      .requested('cancel')
      .answers({ type: 'observed', plan: { actions: [], findings: [] } });

  it('waits until a revert that may be in the air cannot land any more, before it sends one of its own', () => {
    const run = undoing().reads('one', 'one made').takenOver(5_000);
    expect(run.action('one')).toMatchObject({ state: 'reverting', uncertain: 'revert' });
    run.reads('one', 'one made');
    expect(run.inTheAir).toEqual([]);
    run.after(5_000 + limits.lateMs).reads('one', 'one made');
    expect(run.inTheAir).toEqual(['revert one']);
  });

  it('never shortens a quiet time that runs already', () => {
    const run = undoing().reads('one', 'one made').takenOver(20_000).takenOver(1_000);
    expect(run.action('one').quietUntilMs).toBe(beganAtMs + 20_000 + limits.lateMs);
  });

  it('believes at once that the revert has landed', () => {
    const run = undoing().reads('one', 'one made').takenOver(5_000).reads('one', null);
    expect(run.state).toBe('cancelled');
  });

  const both = () =>
    given({ work: [making('one', { underwayMs: 3_000 })] })
      .until('apply one')
      .requested('cancel')
      .takenOver(5_000)
      .takenOver(5_000);

  it('keeps it uncertain whether the apply or the revert is in the air when both may be', () => {
    expect(both().action('one')).toMatchObject({ state: 'reverting', uncertain: 'both' });
    expect(both().takenOver(5_000).action('one').uncertain).toBe('both');
  });

  it('does not count it as undone while the apply may land', () => {
    const run = both().takenOver(5_000).reads('one', null);
    expect(run.action('one').state).toBe('reverting');
    run.after(5_000 + limits.lateMs).reads('one', null);
    expect(run.state).toBe('cancelled');
  });

  it('does not take an object under way for proof of which call has landed', () => {
    const run = both().reads('one', null, { underway: true }).after(limits.pollMs).reads('one', null);
    expect(run.action('one').state).toBe('reverting');
  });
});
