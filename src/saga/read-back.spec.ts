import { describe, expect, it } from 'vitest';
import { given, limits, making, policy, starting, stopping } from './testing/given.js';

const quietMs = limits.timeoutMs + limits.lateMs;

describe('What is found before an effect', () => {
  it('is done and not ours when it is the after-image already: nothing is sent and nothing undone', () => {
    const run = given({ work: [making('one')], verify: [] })
      .until('read one')
      .reads('one', 'one made');
    expect(run.action('one')).toMatchObject({ state: 'done', ours: false });
    run.asked('cancel').answers({ type: 'observed', plan: run.plan('verify') });
    expect(run.state).toBe('cancelled');
    expect(run.calls).toEqual(['observe work', 'read one', 'observe verify']);
  });

  it('is ours when another action of the step can have caused it, and is undone with it', () => {
    const actions = [making('primary'), making('backup', { stage: 2, causedBy: [1] })];
    const run = given({ work: actions, verify: [] }).until('read backup').reads('backup', 'backup made');
    expect(run.action('backup')).toMatchObject({ state: 'done', ours: true });
    run.target.set('backup', 'backup made');
    run
      .until('observe verify')
      .asked('cancel')
      .answers({ type: 'observed', plan: run.plan('verify') });
    run.toItsEnd();
    expect(run.calls).toContain('revert backup');
  });

  it('is not ours when the action that could have caused it was found done itself', () => {
    const actions = [making('primary'), making('backup', { stage: 2, causedBy: [1] })];
    const run = given({ work: actions }).until('read primary').reads('primary', 'primary made');
    run.reads('backup', 'backup made');
    expect(run.action('backup')).toMatchObject({ state: 'done', ours: false });
  });

  it('is ours when an effect was sent before, whatever that is said to have ended with: an undo looks again', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'transient')
      .after(1_000);
    run.reads('one', 'one made');
    expect(run.action('one')).toMatchObject({ state: 'done', ours: true });
  });

  it('turns the run round when it is neither image, overwrites nothing, and says what is there', () => {
    const run = given({ first: [making('zero')], work: [making('one')] })
      .until('read one')
      .reads('one', { by: 'hand' });
    expect(run.calls).not.toContain('apply one');
    expect(run.action('one')).toMatchObject({ state: 'failed', ours: false });
    expect(run.position.error).toMatchObject({ code: 'changed-by-other', step: 'work' });
    expect(run.position.error?.detail).toContain('{"by":"hand"}');
    expect(run.toItsEnd().state).toBe('failed');
    expect(run.action('zero').state).toBe('reverted');
  });

  it('is somebody else under way when nothing was sent: waited for, and not ours when it arrives', () => {
    const run = given({ work: [stopping('server')] })
      .until('read server')
      .reads('server', 'running', { underway: true });
    expect(run.action('server')).toMatchObject({ state: 'underway', ours: false });
    run.after(limits.pollMs).reads('server', 'stopped');
    expect(run.action('server')).toMatchObject({ state: 'done', ours: false });
  });

  it('makes a task for a person when the target cannot tell', () => {
    const run = given({ work: [making('one')] })
      .until('read one')
      .cannotTell('one', 'look by hand');
    expect(run.position).toMatchObject({ state: 'waiting-for-task', waitingFor: { reason: 'task' } });
    expect(run.decision.tasks).toMatchObject([{ looks: { '1': { detail: 'look by hand' } } }]);
  });
});

describe('A proof of the right to write', () => {
  const proof = making('account', { before: 'system', after: 'system', always: true });

  it('is sent although its image is there, and leaves nothing to undo', () => {
    const run = given({ work: [proof], verify: [] })
      .until('apply account')
      .does('account');
    expect(run.action('account')).toMatchObject({ state: 'done', ours: false });
    run.asked('cancel').answers({ type: 'observed', plan: run.plan('verify') });
    expect(run.state).toBe('cancelled');
    expect(run.calls.filter((call) => call.endsWith('account'))).toEqual(['read account', 'apply account']);
  });

  it('is sent again after a failure, because reading it back proves nothing', () => {
    const run = given({ work: [proof] })
      .until('apply account')
      .fails('account', 'transient')
      .after(1_000);
    run.reads('account', 'system');
    expect(run.inTheAir).toEqual(['apply account']);
  });

  it('is sent again after a lost answer, but not before the lost call can land no more', () => {
    const run = given({ work: [proof] })
      .until('apply account')
      .fails('account', 'unknown');
    run.reads('account', 'system');
    expect(run.inTheAir).toEqual([]);
    run.after(quietMs).reads('account', 'system');
    expect(run.inTheAir).toEqual(['apply account']);
    expect(run.action('account').attempts).toBe(2);
  });

  it('turns the run round when it is refused, before anything has been stopped', () => {
    const run = given({ work: [proof, stopping('server', { stage: 2 })] })
      .until('apply account')
      .fails('account', 'invalid');
    expect(run.state).toBe('failed');
    expect(run.calls).not.toContain('read server');
  });

  it('is not sent over an image that somebody else has changed', () => {
    const run = given({ work: [proof] })
      .until('read account')
      .reads('account', 'somebody');
    expect(run.position.error?.code).toBe('changed-by-other');
    expect(run.calls).not.toContain('apply account');
  });
});

describe('An after-image that has to hold', () => {
  const settling = making('one', { holdMs: 300 });

  it('counts as done only when it has been seen to hold so long', () => {
    const run = given({ work: [settling] })
      .until('apply one')
      .does('one');
    expect(run.action('one').state).toBe('underway');
    run.reads('one', 'one made');
    expect(run.action('one').state).toBe('underway');
    expect(run.wakesInMs).toBe(300);
    run.after(300).reads('one', 'one made');
    expect(run.action('one').state).toBe('done');
  });

  it('keeps what its effect put out, which a later read may not tell', () => {
    const run = given({ work: [settling] })
      .until('apply one')
      .does('one', 105)
      .reads('one', 'one made');
    expect(run.after(300).reads('one', 'one made').action('one')).toMatchObject({
      state: 'done',
      output: 105,
    });
  });

  it('costs an attempt when it does not hold', () => {
    const run = given({ work: [settling] })
      .until('apply one')
      .does('one')
      .reads('one', 'one made');
    run.after(300).reads('one', null);
    expect(run.action('one')).toMatchObject({ state: 'planned', failures: 1 });
    expect(run.action('one').lastError?.detail).toContain('came back to null');
  });

  it('begins to hold anew when it was under way in between', () => {
    const run = given({ work: [stopping('server', { holdMs: 300 })] })
      .until('apply server')
      .does('server');
    run.reads('server', 'stopped').after(300).reads('server', 'stopped', { underway: true });
    run.after(limits.pollMs).reads('server', 'stopped');
    expect(run.action('server').state).toBe('underway');
    run.after(300).reads('server', 'stopped');
    expect(run.action('server').state).toBe('done');
  });

  it('need not hold when it was found and is not ours', () => {
    const run = given({ work: [settling] })
      .until('read one')
      .reads('one', 'one made');
    expect(run.action('one').state).toBe('done');
  });
});

describe('An effect that the target took', () => {
  it('is under way until the after-image is read', () => {
    const run = given({ work: [stopping('server')] })
      .until('apply server')
      .accepts('server');
    expect(run.action('server').state).toBe('underway');
    run.after(limits.pollMs).reads('server', 'running', { underway: true });
    expect(run.action('server').state).toBe('underway');
    expect(run.wakesInMs).toBe(limits.pollMs);
    run.after(limits.pollMs).reads('server', 'stopped');
    expect(run.action('server')).toMatchObject({ state: 'done', ours: true });
  });

  it('may still show the old state right after its answer: it has fallen back only when lateMs are over', () => {
    const run = given({ work: [stopping('server')] })
      .until('apply server')
      .accepts('server');
    run.after(limits.pollMs).reads('server', 'running');
    expect(run.action('server')).toMatchObject({ state: 'underway', failures: 0 });
    run.after(limits.lateMs).reads('server', 'running');
    expect(run.action('server')).toMatchObject({ state: 'planned', ours: false, failures: 1 });
    expect(run.action('server').lastError?.detail).toContain('came back to "running"');
  });

  it('counts a failure each time it is still under way beyond its time', () => {
    const run = given({ rebind: [stopping('server', { overdue: 'fail' }), starting('up', { stage: 2 })] })
      .until('apply server')
      .accepts('server');
    for (let time = 1; time < policy.attempts; time += 1) {
      run.after(3_000).reads('server', 'running', { underway: true });
      expect(run.action('server')).toMatchObject({ state: 'underway', failures: time });
    }
    run.after(3_000).reads('server', 'running', { underway: true });
    // The first stop has been taken, so this is inside the outage: back, not parked.
    expect(run.state).toBe('compensating');
    expect(run.calls.filter((call) => call === 'apply server')).toHaveLength(1);
  });

  it('is sent once more, once, where that helps beyond its time: a forced stop', () => {
    const run = given({ work: [stopping('server', { overdue: 'apply-again' })] })
      .until('apply server')
      .accepts('server')
      .after(3_000)
      .reads('server', 'running', { underway: true, token: 'now' });
    expect(run.inTheAir).toEqual(['apply server']);
    expect(run.handed('apply server')).toMatchObject({ token: 'now' });
    expect(run.action('server')).toMatchObject({ state: 'started', attempts: 2 });
    run.accepts('server').after(3_000).reads('server', 'running', { underway: true });
    expect(run.inTheAir).toEqual([]);
    expect(run.action('server').failures).toBe(2);
  });
});

describe('A forced stop beside a graceful one that still works', () => {
  const taken = () =>
    given({ rebind: [stopping('server', { overdue: 'apply-again' }), starting('up', { stage: 2 })] })
      .until('apply server')
      .accepts('server')
      .after(limits.pollMs)
      .reads('server', 'running', { underway: true });
  const forced = () => taken().after(3_000).reads('server', 'running', { underway: true });

  it('is undone with it when it is refused: the server starts again', () => {
    const run = forced().fails('server', 'invalid');
    expect(run.state).toBe('compensating');
    run.reads('server', 'stopped');
    expect(run.inTheAir).toEqual(['revert server']);
    expect(run.does('server').state).toBe('failed');
  });

  it('does not hide it when it could not be sent: a cancel starts the server again', () => {
    const run = forced().fails('server', 'target-down');
    expect(run.position.serviceDown).toBe(true);
    run.asked('cancel').reads('server', 'stopped');
    expect(run.inTheAir).toEqual(['revert server']);
  });

  it('does not hide it when a cancel comes before it is sent', () => {
    const run = taken().handedOver().after(3_000).requested('cancel');
    run.reads('server', 'running', { underway: true });
    expect(run.state).toBe('compensating');
    expect(run.inTheAir).toEqual(['read server']);
  });

  it('does not hide it when the worker stops before it is sent', () => {
    const run = taken().handedOver().after(3_000).when({ type: 'release' });
    run.reads('server', 'running', { underway: true });
    expect(run.decision.idle).toBe(true);
    run.handedOver();
    expect(run.action('server').ours).toBe(true);
    expect(run.position.serviceDown).toBe(true);
  });
});
