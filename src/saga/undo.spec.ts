import { describe, expect, it } from 'vitest';
import { finding, given, making } from './testing/given.js';

const refusal = { actions: [], findings: [finding('error', 'internal', 'not as it should be')] };

describe('The undo', () => {
  const plans = {
    first: [making('zero')],
    work: [making('one'), making('two'), making('three', { stage: 2 })],
    verify: refusal,
  };

  it('goes back from the last step and its last stage, reading before each revert', () => {
    const run = given(plans).toItsEnd();
    expect(run.state).toBe('failed');
    expect(run.calls.slice(run.calls.indexOf('observe verify') + 1)).toEqual([
      'read three',
      'revert three',
      'read one',
      'read two',
      'revert one',
      'revert two',
      'read zero',
      'revert zero',
    ]);
    expect(run.position.actions.map((action) => action.state)).toEqual([
      'reverted',
      'reverted',
      'reverted',
      'reverted',
    ]);
  });

  it('marks the steps it took back undone and leaves the one that refused failed', () => {
    const run = given(plans).toItsEnd();
    expect(run.position.steps.map((step) => step.state)).toEqual(['undone', 'undone', 'failed']);
    expect(run.events.slice(3)).toEqual([
      'step.failed verify',
      'operation.compensating',
      'step.undone work',
      'step.undone first',
      'operation.failed',
    ]);
  });

  it('begins a stage only when the one after it is undone', () => {
    const run = given(plans).until('revert three');
    expect(run.inTheAir).toEqual(['revert three']);
    expect(run.step('work').state).toBe('undoing');
  });

  it('hands what was read, with its token, to the revert', () => {
    const run = given(plans).until('observe verify').answers({ type: 'observed', plan: refusal });
    run.reads('three', 'three made', { token: 'etag-9' });
    expect(run.handed('revert three')).toEqual({ image: 'three made', token: 'etag-9' });
  });

  it('has nothing to do where somebody has put the before-image back already', () => {
    const run = given(plans).until('observe verify').answers({ type: 'observed', plan: refusal });
    run.reads('three', null);
    expect(run.action('three').state).toBe('reverted');
    expect(run.calls).not.toContain('revert three');
  });

  it('ends in the decision that turned the run round when nothing has to be undone', () => {
    const run = given({ inspect: refusal }).toItsEnd();
    expect(run.state).toBe('failed');
    expect(run.events).toEqual(['operation.started', 'step.failed inspect', 'operation.failed']);
  });

  it('tries again after failures and lost answers, and counts what it took but fell back', () => {
    const run = given(plans).until('revert three').fails('three', 'transient').after(1_000);
    run.reads('three', 'three made').fails('three', 'unknown');
    expect(run.action('three')).toMatchObject({ state: 'reverting', uncertain: 'revert', failures: 2 });
    run.reads('three', null);
    expect(run.action('three').state).toBe('reverted');
  });
});

describe('An undo that meets what it does not know', () => {
  const changed = () =>
    given({ work: [making('one')], verify: refusal })
      .until('read one')
      .reads('one', null)
      .does('one')
      .until('read one');

  it('parks and overwrites nothing; the reason the run turned round stays', () => {
    const run = changed().reads('one', 'theirs');
    expect(run.action('one').state).toBe('parked');
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      error: { code: 'internal', step: 'verify' },
      waitingFor: { reason: 'person' },
    });
    expect(run.position.waitingFor?.detail).toContain('changed-by-other');
    expect(run.calls).not.toContain('revert one');
    expect(run.decision.wakeAtMs).toBeNull();
  });

  it('reads again on retry and goes on when it is as it should be', () => {
    const run = changed().reads('one', 'theirs').asked('retry');
    expect(run.state).toBe('compensating');
    expect(run.action('one').state).toBe('reverting');
    run.reads('one', 'one made').does('one');
    expect(run.state).toBe('failed');
  });

  it('parks again on retry when it is still not', () => {
    const run = changed().reads('one', 'theirs').asked('retry').reads('one', 'theirs');
    expect(run.state).toBe('needs-attention');
    expect(run.events.filter((event) => event === 'operation.needs-attention')).toHaveLength(2);
  });

  it('parks when the revert is refused', () => {
    const run = changed().reads('one', 'one made').fails('one', 'invalid');
    expect(run.action('one').state).toBe('parked');
    expect(run.state).toBe('needs-attention');
  });

  it('parks the action when its tries are used up', () => {
    const run = changed();
    for (let time = 0; time < 4; time += 1) {
      run.reads('one', 'one made').fails('one', 'transient');
      if (time < 3) run.after(10_000);
    }
    expect(run.state).toBe('needs-attention');
    expect(run.action('one')).toMatchObject({ state: 'parked', failures: 4 });
  });
});
