import { describe, expect, it } from 'vitest';
import { beganAtMs, given, limits, making, policy, stopping } from './testing/given.js';

const slow = { retry: () => ({ ...policy, firstDelayMs: 20_000, maxDelayMs: 20_000 }) };

describe('waitingFor', () => {
  it('says why an action is tried again later, and until when', () => {
    const run = given({ work: [making('one')] })
      .with(slow)
      .until('apply one');
    run.fails('one', { class: 'transient', detail: 'connection reset' });
    expect(run.position.waitingFor).toEqual({
      reason: 'retry',
      detail: 'update "one": connection reset',
      untilMs: beganAtMs + 10_000,
    });
    expect(run.wakesInMs).toBe(10_000);
  });

  it('says that the target is waited for, and honours what it asks', () => {
    const run = given({ work: [making('one')] }).until('apply one');
    run.fails('one', { class: 'throttled', detail: 'too many requests', retryAfterMs: 30_000 });
    expect(run.position.waitingFor).toMatchObject({ reason: 'target', untilMs: beganAtMs + 30_000 });
    expect(run.after(29_999).inTheAir).toEqual([]);
    expect(run.after(1).inTheAir).toEqual(['read one']);
  });

  it('says that a lost answer is being read back, until it is certain', () => {
    const run = given({ work: [making('one')] })
      .with({ pollMs: 2_000, timeoutMs: 9_000 })
      .until('apply one');
    run.fails('one', 'unknown').reads('one', null);
    expect(run.position.waitingFor).toMatchObject({
      reason: 'target',
      untilMs: beganAtMs + 9_000 + limits.lateMs,
    });
    expect(run.position.waitingFor?.detail).toContain('the answer was lost');
  });

  it('says that an object is under way', () => {
    const run = given({ work: [stopping('server')] })
      .with({ pollMs: 1_000, lateMs: 2_000 })
      .until('apply server');
    run.accepts('server');
    expect(run.position.waitingFor).toMatchObject({ reason: 'target', untilMs: beganAtMs + 3_000 });
    expect(run.position.waitingFor?.detail).toBe('stop "server": under way');
  });

  it('is not said for a moment, and not while something is being done', () => {
    const run = given({ work: [making('one'), making('two')] })
      .with(slow)
      .until('apply two');
    run.fails('two', 'transient');
    expect(run.position.waitingFor).toBeNull();
    run.does('one');
    expect(run.position.waitingFor).not.toBeNull();
    run.after(10_000);
    expect(run.inTheAir).toEqual(['read two']);
    run.reads('two', null);
    expect(run.position.waitingFor).toBeNull();
  });

  it('is over when the operation is', () => {
    const run = given({ work: [making('one')] })
      .with(slow)
      .until('apply one')
      .fails('one', 'transient');
    expect(run.asked('cancel').position).toMatchObject({ state: 'cancelled', waitingFor: null });
  });
});

describe('An operation with nothing in the air', () => {
  it('is woken by the first of what is due', () => {
    const run = given({ work: [making('one'), making('two')] }).until('apply two');
    run.fails('two', { class: 'throttled', detail: 'later', retryAfterMs: 30_000 });
    run.fails('one', { class: 'throttled', detail: 'sooner', retryAfterMs: 20_000 });
    expect(run.wakesInMs).toBe(20_000);
    expect(run.decision.idle).toBe(true);
    expect(run.after(20_000).inTheAir).toEqual(['read one']);
  });
});
