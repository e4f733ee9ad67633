import { describe, expect, it } from 'vitest';
import { given, limits, making } from './testing/given.js';

describe('On the way forward', () => {
  it('writes the intent down in the decision that instructs the first read, and sends the effect only after it', () => {
    const run = given({ work: [making('one')] }).until('read one');
    expect(run.action('one')).toMatchObject({ state: 'started', ours: true, attempts: 1 });
    expect(run.decision.changedActions).toContain('0/1');
    expect(run.calls).not.toContain('apply one');
    run.reads('one', null);
    expect(run.inTheAir).toEqual(['apply one']);
  });

  it('writes all actions of a step down before any of them is begun', () => {
    const run = given({ work: [making('one'), making('two', { stage: 2 })] }).until('observe work');
    run.answers({ type: 'observed', plan: run.plan('work') });
    expect(run.step('work').planned).toBe(true);
    expect(run.decision.changedActions).toEqual(new Set(['0/1', '0/2']));
    expect(run.inTheAir).toEqual(['read one']);
    expect(run.action('two').spec).toMatchObject({ before: null, after: 'two made' });
  });

  it('hands what was read, with its token, to the effect', () => {
    const run = given({ work: [making('one')] }).until('read one');
    run.reads('one', null, { token: 'etag-7' });
    expect(run.handed('apply one')).toEqual({ image: null, token: 'etag-7' });
  });

  it('reads again before an effect that another life of the worker had read for', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(0);
    expect(run.inTheAir).toEqual(['read one']);
  });

  it('carries out stages in order and the actions of one stage together', () => {
    const actions = [making('late', { stage: 2 }), making('one'), making('two')];
    const run = given({ work: actions }).until('apply one');
    expect(run.inTheAir).toEqual(['read two', 'apply one']);
    run.does('one').reads('two', null);
    expect(run.inTheAir).toEqual(['apply two']);
    run.does('two');
    expect(run.inTheAir).toEqual(['read late']);
  });

  it('never has more calls in the air than the target allows one operation', () => {
    const actions = ['a', 'b', 'c', 'd', 'e'].map((name) => making(name));
    const run = given({ work: actions }).until('read a');
    expect(run.inTheAir).toEqual(['read a', 'read b', 'read c']);
    run.reads('b', null);
    expect(run.inTheAir).toEqual(['read a', 'read c', 'apply b']);
    run.does('b');
    expect(run.inTheAir).toEqual(['read a', 'read c', 'read d']);
  });

  it('keeps a place for the effect of what was just read, although an earlier action falls due at that moment', () => {
    const run = given({ work: [making('a'), making('b'), making('c')] })
      .with({ parallel: 2 })
      .until('apply a');
    run.fails('a', 'transient').passes(1_000).reads('b', null);
    expect(run.inTheAir).toEqual(['read c', 'apply b']);
  });

  it('reads back after a take-over no more at once than it may', () => {
    const actions = ['a', 'b', 'c'].map((name) => making(name));
    const run = given({ work: actions }).until('read a').with({ parallel: 1 }).takenOver(0);
    expect(run.inTheAir).toHaveLength(1);
  });

  it('completes a step when all its actions are done and begins the next, which an empty plan completes at once', () => {
    const run = given({ work: [making('one')], nothing: [], verify: [] }).toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.position.steps.map((step) => step.state)).toEqual(['done', 'done', 'done']);
    expect(run.events).toEqual([
      'operation.started',
      'step.completed work',
      'step.completed nothing',
      'step.completed verify',
      'operation.completed',
    ]);
    expect(run.calls).toEqual(['observe work', 'read one', 'apply one', 'observe nothing', 'observe verify']);
  });

  it('keeps what an effect put out for the actions that refer to it', () => {
    const create = making('group', { kind: 'create' });
    const grant = making('entry', { stage: 2, before: { dbid: { knownAfter: 'work/1' } } });
    const run = given({ work: [create, grant] })
      .until('apply group')
      .does('group', 105);
    run.reads('entry', { dbid: 105 });
    expect(run.inTheAir).toEqual(['apply entry']);
  });

  it('plans a step once: whoever takes over works on the actions that are written down', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .takenOver(0)
      .after(limits.timeoutMs + limits.lateMs);
    run.reads('one', 'one made').toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.calls.filter((call) => call === 'observe work')).toHaveLength(1);
  });
});
