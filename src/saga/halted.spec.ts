import { describe, expect, it } from 'vitest';
import { finding, given, making, starting, stopping } from './testing/given.js';

const paused = { detail: 'target "lab" is paused by anna: an upgrade', untilMs: null };
const work = { work: [making('one'), making('two', { stage: 2 })] };
const rebind = {
  rebind: [stopping('server'), starting('server-again', { stage: 2 })],
  after: [making('late')],
};

describe('While its target is halted, an operation', () => {
  it('begins nothing, says who and why, and is let go', () => {
    const run = given(work).with({ halt: paused }).claimed();
    expect(run.state).toBe('queued');
    expect(run.calls).toEqual([]);
    expect(run.position.waitingFor).toEqual({ reason: 'target', ...paused, halted: true });
    expect([run.decision.idle, run.decision.wakeAtMs]).toEqual([true, null]);
    expect(run.with({ halt: null }).handedOver().toItsEnd().state).toBe('completed');
  });

  it('has the calls in the air end, keeps what they did, and goes on there afterwards', () => {
    const run = given(work).until('apply one').with({ halt: paused }).does('one');
    expect(run.action('one').state).toBe('done');
    expect(run.calls).not.toContain('read two');
    expect(run.position.waitingFor?.detail).toBe(paused.detail);
    expect(run.with({ halt: null }).handedOver().toItsEnd().state).toBe('completed');
    expect(run.calls.filter((call) => call === 'apply one')).toHaveLength(1);
    expect(run.position.waitingFor).toBeNull();
  });

  it('takes back the intent of an effect that was not sent', () => {
    const run = given(work).until('read one').with({ halt: paused }).reads('one', null);
    expect(run.action('one')).toMatchObject({ state: 'planned', ours: false, attempts: 0 });
    expect(run.calls).not.toContain('apply one');
  });

  it('goes on inside its outage until service is restored, and stands then', () => {
    const run = given(rebind).until('apply server').with({ halt: paused }).does('server');
    expect(run.inTheAir).toEqual(['read server-again']);
    run.reads('server-again', 'stopped').does('server-again');
    expect(run.position.serviceDown).toBe(false);
    expect(run.inTheAir).toEqual([]);
    expect(run.position.waitingFor).toMatchObject({ reason: 'target', halted: true });
    expect(run.with({ halt: null }).handedOver().toItsEnd().state).toBe('completed');
  });

  it('does not begin an outage', () => {
    const run = given(rebind).until('read server').with({ halt: paused }).reads('server', 'running');
    expect(run.calls).not.toContain('apply server');
    expect(run.position.waitingFor?.halted).toBe(true);
  });

  it('inside its outage is undone as far as service needs it, and stands then', () => {
    const run = given({ before: [making('early')], ...rebind })
      .until('apply server-again')
      .with({ halt: paused })
      .fails('server-again', 'invalid');
    expect(run.inTheAir).toEqual(['read server']);
    run.reads('server', 'stopped').does('server');
    expect(run.position.serviceDown).toBe(false);
    expect(run.state).toBe('compensating');
    expect(run.inTheAir).toEqual([]);
    expect(run.with({ halt: null }).handedOver().toItsEnd().state).toBe('failed');
  });

  it('can be cancelled: at once where nothing was done, otherwise when it goes on', () => {
    const fresh = given(work).with({ halt: paused }).claimed().asked('cancel');
    expect(fresh.state).toBe('cancelled');
    const begun = given(work).until('apply one').with({ halt: paused }).does('one').asked('cancel');
    expect(begun.state).toBe('compensating');
    expect(begun.inTheAir).toEqual([]);
    expect(begun.with({ halt: null }).handedOver().toItsEnd().state).toBe('cancelled');
  });

  it('goes on waiting for its locks, and inspects again when it has them', () => {
    const run = given({ inspect: { locks: ['a'] }, ...work })
      .until('lock a')
      .answers({ type: 'lock-busy', operation: 'other', detail: 'a is held' })
      .with({ halt: paused })
      .claimed();
    expect(run.position.waitingFor).toMatchObject({ reason: 'lock', operation: 'other', halted: true });
    run.with({ halt: null }).handedOver().until('lock a').answers({ type: 'locked' });
    expect(run.inTheAir).toEqual(['observe inspect']);
    expect(run.toItsEnd().position.waitingFor).toBeNull();
  });

  it('that looks again later does not repeat the halt when it is over', () => {
    const settling = { lookAgainAfterMs: 5_000, findings: [finding('warning', 'x', 'not settled')] };
    const run = given({ look: settling, ...work })
      .claimed()
      .answers({ type: 'observed', plan: { actions: [], ...settling } });
    expect(run.with({ halt: paused }).claimed().position.waitingFor?.halted).toBe(true);
    run.with({ halt: null }).handedOver();
    expect(run.position.waitingFor).toMatchObject({ reason: 'target', detail: 'look looks again' });
    expect(run.position.waitingFor?.halted).toBeUndefined();
  });
});
