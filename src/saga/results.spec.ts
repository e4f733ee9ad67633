import { describe, expect, it } from 'vitest';
import { given, limits, making } from './testing/given.js';

const quietMs = limits.timeoutMs + limits.lateMs;

describe('An effect whose answer was lost', () => {
  const lost = () =>
    given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'unknown');

  it('is unknown, and is read back at once', () => {
    const run = lost();
    expect(run.action('one')).toMatchObject({ state: 'unknown', uncertain: 'apply', failures: 1 });
    expect(run.inTheAir).toEqual(['read one']);
  });

  it('is done and ours when it is found, at whatever moment', () => {
    const run = lost().reads('one', 'one made', { output: 105 });
    expect(run.action('one')).toMatchObject({ state: 'done', ours: true, output: 105, uncertain: null });
  });

  it('counts as absent only after its quiet time: until then it is looked for again', () => {
    const run = lost().reads('one', null);
    expect(run.action('one').state).toBe('unknown');
    expect(run.wakesInMs).toBe(500);
    run.after(quietMs - 1).reads('one', null);
    expect(run.action('one').state).toBe('unknown');
    run.after(1).reads('one', null);
    expect(run.action('one')).toMatchObject({ state: 'started', attempts: 2, uncertain: null });
    expect(run.inTheAir).toEqual(['apply one']);
  });

  it('turns up late within its quiet time and is not sent twice', () => {
    const run = lost().reads('one', null).after(500).reads('one', 'one made').toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.calls.filter((call) => call === 'apply one')).toHaveLength(1);
  });

  it('is read back once more before lost answers end the run', () => {
    const run = lost();
    for (let time = 0; time < 2; time += 1) {
      run.reads('one', null).after(quietMs).reads('one', null).fails('one', 'unknown');
    }
    expect(run.state).toBe('running');
    run.reads('one', null).after(quietMs).reads('one', null);
    expect(run.position).toMatchObject({ state: 'needs-attention', error: { code: 'retries-used-up' } });
    expect(run.action('one')).toMatchObject({ state: 'planned', ours: false });
  });

  it('leads the undo, which waits until it cannot land any more', () => {
    const run = lost().requested('cancel').reads('one', null);
    expect(run.state).toBe('compensating');
    run.reads('one', null);
    expect(run.action('one').state).toBe('reverting');
    run.after(quietMs).reads('one', null);
    expect(run.action('one').state).toBe('reverted');
    expect(run.state).toBe('cancelled');
    expect(run.calls).not.toContain('revert one');
  });

  it('is read by the undo for itself: what was asked on the way forward does not count', () => {
    const run = given({ work: [making('one'), making('two')] })
      .until('apply two')
      .fails('one', 'unknown');
    run.fails('two', 'invalid').reads('one', 'one made');
    expect(run.inTheAir).toEqual(['read one']);
    expect(run.action('one')).toMatchObject({ state: 'reverting', uncertain: 'apply' });
  });

  it('is undone when the undo finds that it landed', () => {
    const run = lost().requested('cancel').reads('one', null).reads('one', 'one made');
    expect(run.inTheAir).toEqual(['revert one']);
  });
});

describe('An effect that is known not to have happened', () => {
  it.each(['transient', 'conflict'] as const)(
    'is planned anew after %s, read again first, and costs an attempt',
    (failure) => {
      const run = given({ work: [making('one')] })
        .until('apply one')
        .fails('one', failure);
      expect(run.action('one')).toMatchObject({ state: 'planned', ours: false, failures: 1 });
      run.after(1_000);
      expect(run.inTheAir).toEqual(['read one']);
      expect(run.action('one')).toMatchObject({ state: 'started', attempts: 2 });
    },
  );

  it('keeps its first and its last error', () => {
    const run = given({ work: [making('one')] }).until('apply one');
    run
      .fails('one', { class: 'transient', detail: 'first', platform: '500' })
      .after(1_000)
      .reads('one', null);
    run.fails('one', { class: 'conflict', detail: 'second' });
    expect(run.action('one').firstError).toEqual({ class: 'transient', detail: 'first', platform: '500' });
    expect(run.action('one').lastError).toEqual({ class: 'conflict', detail: 'second' });
  });
});

describe('A refusal', () => {
  const refused = { class: 'invalid', detail: 'the name is taken', code: 'name-taken' } as const;

  it('turns the run round at once, with the code of who classified it', () => {
    const run = given({ first: [making('zero')], work: [making('one')] })
      .until('apply one')
      .fails('one', refused);
    expect(run.action('one')).toMatchObject({ state: 'failed', ours: false });
    expect(run.position).toMatchObject({
      state: 'compensating',
      error: { code: 'name-taken', step: 'work', detail: 'update "one": the name is taken' },
    });
    expect(run.toItsEnd().state).toBe('failed');
    expect(run.calls).not.toContain('revert one');
  });

  it('waits for the other effects in the air before it goes back, and undoes what they did', () => {
    const run = given({ work: [making('one'), making('two')] }).until('apply two');
    run.fails('two', refused);
    expect(run.state).toBe('compensating');
    expect(run.inTheAir).toEqual(['apply one']);
    run.does('one');
    expect(run.inTheAir).toEqual(['read one']);
    expect(run.reads('one', 'one made').inTheAir).toEqual(['revert one']);
  });

  it('leaves what is done alone until the last effect in the air has ended', () => {
    const run = given({ work: [making('one'), making('two'), making('three')] }).until('apply three');
    run.does('one').fails('two', refused);
    expect(run.state).toBe('compensating');
    expect(run.inTheAir).toEqual(['apply three']);
    expect(run.does('three').inTheAir).toEqual(['read one', 'read three']);
  });

  it('of a read turns the run round too: the same question gets the same answer', () => {
    const run = given({ first: [making('zero')], work: [making('one')] })
      .until('read one')
      .readFails('one', 'invalid');
    expect(run.position).toMatchObject({
      state: 'compensating',
      error: { code: 'target-refused', step: 'work' },
    });
    expect(run.action('one')).toMatchObject({ state: 'planned', ours: false });
  });

  it('of a read in the undo parks', () => {
    const run = given({ work: [making('one')], verify: [] })
      .until('observe verify')
      .requested('cancel');
    run.answers({ type: 'observed', plan: run.plan('verify') }).readFails('one', 'invalid');
    expect(run.state).toBe('needs-attention');
    expect(run.position.waitingFor?.detail).toContain('target-refused');
  });
});
