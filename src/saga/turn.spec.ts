import { describe, expect, it } from 'vitest';
import type { PlannedAction } from './action.js';
import { finding, given, making, policy, starting, stopping } from './testing/given.js';

const refusal = { actions: [], findings: [finding('error', 'internal', 'not as it should be')] };

/** Fails the effect of `one` until `times` are over, each time when it is due again. */
function failing(times: number, plans = { work: [making('one')] as readonly PlannedAction[] }) {
  const run = given(plans).until('apply one');
  for (let time = 1; time <= times; time += 1) {
    run.fails('one', 'transient');
    if (time < times) run.after(10_000).reads('one', null);
  }
  return run;
}

describe('Tries', () => {
  it('that are used up outside an outage park, and a person decides', () => {
    const run = failing(policy.attempts);
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      error: { code: 'retries-used-up', step: 'work' },
      waitingFor: { reason: 'person' },
    });
    expect(run.events.at(-1)).toBe('operation.needs-attention');
    expect(run.decision).toMatchObject({ wakeAtMs: null, idle: true });
  });

  it('that are used up twice park once, and the first reason stays', () => {
    const run = given({ work: [making('one'), making('two')] }).until('apply two');
    const once = { retry: () => ({ ...policy, attempts: 1 }) };
    run.with(once).fails('two', 'transient').fails('one', 'conflict');
    expect(run.position.error?.detail).toContain('update "two"');
    expect(run.events.filter((event) => event === 'operation.needs-attention')).toHaveLength(1);
  });

  it('are not used up one failure earlier', () => {
    expect(failing(policy.attempts - 1).state).toBe('running');
  });

  it('are used up by time as well, from the first failure on', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'transient');
    run.after(policy.totalMs).reads('one', null).fails('one', 'transient');
    expect(run.state).toBe('needs-attention');
  });

  it('of lost answers are used up by time as well', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'unknown');
    run.passes(policy.totalMs).reads('one', null);
    expect(run.position.error?.code).toBe('retries-used-up');
  });

  it.each(['target-down', 'auth', 'throttled', 'lease-lost'] as const)(
    'cost nothing when the call failed with %s',
    (failure) => {
      const run = given({ work: [making('one')] }).until('apply one');
      for (let time = 0; time < 20; time += 1) run.fails('one', failure).after(20_000).reads('one', null);
      expect(run.state).toBe('running');
      expect(run.action('one').failures).toBe(0);
    },
  );

  it('that fail for other reasons begin the waits for a target anew', () => {
    const run = given({ work: [making('one')] }).until('apply one');
    for (let time = 0; time < 6; time += 1) run.fails('one', 'throttled').after(20_000).reads('one', null);
    expect(run.fails('one', 'transient').action('one').waits).toBe(0);
  });

  it('are not used up by the time a target was down', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'transient')
      .after(1_000);
    run.reads('one', null).fails('one', { class: 'target-down', detail: 'down', retryAfterMs: 600_000 });
    run.after(600_000).reads('one', null).fails('one', 'transient');
    expect(run.state).toBe('running');
    expect(run.action('one').failures).toBe(2);
  });

  it('have budgets of their own on the way back', () => {
    const run = failing(policy.attempts - 1).asked('cancel');
    expect(run.state).toBe('cancelled');
    const back = given({ work: [making('one')], verify: refusal }).until('revert one');
    for (let time = 1; time < policy.attemptsBack; time += 1) {
      back.fails('one', 'transient').after(10_000).reads('one', 'one made');
    }
    expect(back.state).toBe('compensating');
    expect(back.fails('one', 'transient').state).toBe('needs-attention');
  });

  it('forward do not eat up the way back', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'unknown');
    run.requested('cancel').reads('one', null);
    expect(run.action('one')).toMatchObject({ failures: 0, firstFailedAtMs: null });
  });

  it('are fresh after retry, and nothing that is done is repeated', () => {
    const run = failing(policy.attempts, { work: [making('zero'), making('one', { stage: 2 })] }).asked(
      'retry',
    );
    expect(run.state).toBe('running');
    expect(run.position.error).toBeNull();
    run.reads('one', null);
    for (let time = 1; time < policy.attempts; time += 1) {
      run.fails('one', 'transient').after(10_000).reads('one', null);
    }
    expect(run.state).toBe('running');
    expect(run.toItsEnd().calls.filter((call) => call === 'apply zero')).toHaveLength(1);
  });
});

describe('Retry', () => {
  it('gives an object under way its whole time again', () => {
    const run = given({ work: [making('one', { underwayMs: 3_000, overdue: 'fail' })] })
      .until('apply one')
      .accepts('one');
    for (let time = 1; time <= policy.attempts; time += 1) {
      run.after(3_000).reads('one', null, { underway: true });
    }
    expect(run.state).toBe('needs-attention');
    run.passes(60_000).asked('retry').reads('one', null, { underway: true });
    expect(run.action('one')).toMatchObject({ state: 'underway', failures: 0 });
  });
});

describe('What cannot be taken back', () => {
  const deleting = making('group', { kind: 'delete', irreversible: true, before: 'there', after: null });
  const plans = { work: [making('one')], 'delete-objects': [deleting, making('two', { stage: 2 })] };

  it('refuses cancel and compensate once it has been started: only forward, or abandon', () => {
    const run = given(plans).until('apply group').requested('cancel').does('group');
    expect(run.state).toBe('running');
    expect(run.position.requestedVerb).toBeNull();
    expect(run.events).not.toContain('operation.verb-applied');
  });

  it('parks when something is refused after it, and goes on with retry', () => {
    const run = given(plans).until('apply two').fails('two', 'invalid');
    expect(run.position).toMatchObject({ state: 'needs-attention', direction: 'forward' });
    run.asked('compensate');
    expect(run.state).toBe('needs-attention');
    run.asked('retry').toItsEnd();
    expect(run.state).toBe('completed');
  });

  it('parks when somebody else has changed what comes after it', () => {
    const run = given(plans).until('read two').reads('two', 'theirs');
    expect(run.position).toMatchObject({ state: 'needs-attention', direction: 'forward' });
    expect(run.toItsEnd().action('group').state).toBe('done');
  });

  it('turns round all the same when it was refused itself: nothing irreversible has happened', () => {
    const run = given(plans).until('apply group').fails('group', 'invalid').toItsEnd();
    expect(run.state).toBe('failed');
    expect(run.action('one').state).toBe('reverted');
  });
});

describe('Inside an outage', () => {
  const rebind = [stopping('down'), making('account', { stage: 2 }), starting('up', { stage: 3 })];

  it('used-up tries turn the run round at once, and the service comes back', () => {
    const run = given({ rebind }).until('apply account');
    for (let time = 1; time <= policy.attempts; time += 1) {
      run.fails('account', 'transient');
      if (time < policy.attempts) run.after(10_000).reads('account', null);
    }
    expect(run.position).toMatchObject({ state: 'compensating', error: { code: 'retries-used-up' } });
    expect(run.toItsEnd().state).toBe('failed');
    expect(run.calls).toContain('revert down');
  });

  it('used-up questions turn the run round as well', () => {
    const run = given({ rebind }).until('read account').readFails('account', 'transient').after(10_000);
    run.readFails('account', 'transient').after(10_000).readFails('account', 'transient');
    expect(run.state).toBe('compensating');
  });

  it('is not yet the reading before the first stop: used-up tries park', () => {
    const run = given({ rebind }).until('read down').readFails('down', 'transient').after(10_000);
    run.readFails('down', 'transient').after(10_000).readFails('down', 'transient');
    expect(run.state).toBe('needs-attention');
  });

  it('is no more when every server that ran before runs again: used-up tries park', () => {
    const run = given({ rebind, verify: [] }).until('observe verify');
    for (let time = 1; time <= policy.attempts; time += 1) {
      run.answers({ type: 'observe-failed', failure: { class: 'transient', detail: 'no' } });
      if (time < policy.attempts) run.after(10_000);
    }
    expect(run.state).toBe('needs-attention');
  });

  it('a failing undo parks, because there is no further way back', () => {
    const run = given({ rebind }).until('apply account').fails('account', 'invalid').reads('down', 'stopped');
    run.fails('down', 'invalid');
    expect(run.position).toMatchObject({ state: 'needs-attention', direction: 'undo', serviceDown: true });
  });
});
