import { describe, expect, it } from 'vitest';
import { finding, given, making, policy } from './testing/given.js';

const inspect = { locks: ['b/two', 'a/one'] };
const busy = { type: 'lock-busy', detail: 'a/one is held by another', operation: 'other-id' } as const;

describe('Locks', () => {
  it('are asked for in sorted order, after the inspection and before the second step', () => {
    const run = given({ inspect, work: [making('one')] }).until('lock a/one b/two');
    expect(run.inTheAir).toEqual(['lock a/one b/two']);
    run.answers({ type: 'locked' });
    expect(run.position.locksHeld).toBe(true);
    expect(run.inTheAir).toEqual(['observe work']);
  });

  it('are not asked for when there is nothing to lock', () => {
    const run = given({ inspect: [], work: [making('one')] }).toItsEnd();
    expect(run.calls).not.toContain('lock ');
    expect(run.state).toBe('completed');
  });

  it('say for whom the operation waits while another holds them, and are asked for again', () => {
    const run = given({ inspect, work: [] }).until('lock a/one b/two').answers(busy);
    expect(run.position.waitingFor).toEqual({
      reason: 'lock',
      detail: 'a/one is held by another',
      untilMs: null,
      operation: 'other-id',
    });
    expect(run.inTheAir).toEqual([]);
    expect(run.after(run.wakesInMs ?? 0).inTheAir).toEqual(['lock a/one b/two']);
  });

  it('are asked for at once when whoever held them has let go and the operation is taken up', () => {
    const run = given({ inspect, work: [] }).until('lock a/one b/two').answers(busy).handedOver();
    expect(run.inTheAir).toEqual(['lock a/one b/two']);
  });

  it('make whoever waited inspect again', () => {
    const run = given({ inspect, work: [] }).until('lock a/one b/two').answers(busy).after(5_000);
    run.answers({ type: 'locked' });
    expect(run.position).toMatchObject({ locksHeld: true, waitingFor: null });
    expect(run.inTheAir).toEqual(['observe inspect']);
    run.answers({ type: 'observed', plan: run.plan('inspect') });
    expect(run.inTheAir).toEqual(['observe work']);
  });

  it('make whoever waited inspect again although asking failed in between', () => {
    const run = given({ inspect, work: [] }).until('lock a/one b/two').answers(busy).after(5_000);
    run.answers({ type: 'observe-failed', failure: { class: 'transient', detail: 'the database is away' } });
    run.after(10_000).answers({ type: 'locked' });
    expect(run.inTheAir).toEqual(['observe inspect']);
  });

  it('are taken anew when the second inspection names more', () => {
    const run = given({ inspect, work: [] }).until('lock a/one b/two').answers(busy).after(5_000);
    run.answers({ type: 'locked' });
    run.answers({
      type: 'observed',
      plan: { actions: [], findings: [], locks: ['a/one', 'b/two', 'c/three'] },
    });
    expect(run.position.locksHeld).toBe(false);
    expect(run.inTheAir).toEqual(['lock a/one b/two c/three']);
  });

  it('are held while the operation is parked and released when it ends', () => {
    const run = given({ inspect, work: [making('one')] })
      .until('read one')
      .givesUp('one');
    expect(run.position.locksHeld).toBe(true);
    expect(run.asked('abandon').position.locksHeld).toBe(false);
  });

  it('that are granted after the run has turned round are held, so that they are released at the end', () => {
    const run = given({ inspect, work: [] }).until('lock a/one b/two').requested('cancel');
    run.answers({ type: 'locked' });
    expect(run.position).toMatchObject({ state: 'cancelled', locksHeld: false });
  });
});

describe('An agreed plan', () => {
  const agreed = { planDigest: 'sha256:agreed' };
  const plans = { inspect, work: [making('one')] };

  it('is compared once more under the locks, before the first effect', () => {
    const run = given(plans, agreed).until('check-plan');
    expect(run.position.locksHeld).toBe(true);
    expect(run.calls).not.toContain('observe work');
    run.answers({ type: 'plan-checked', digest: 'sha256:agreed' });
    expect(run.inTheAir).toEqual(['observe work']);
  });

  it('fails the operation with nothing done when the target has moved since', () => {
    const run = given(plans, agreed)
      .until('check-plan')
      .answers({ type: 'plan-checked', digest: 'sha256:other' });
    expect(run.position).toMatchObject({ state: 'failed', error: { code: 'plan-drifted' } });
    expect(run.calls).toEqual(['observe inspect', 'lock a/one b/two', 'check-plan']);
  });

  it('is not compared where none was agreed', () => {
    expect(given(plans).toItsEnd().calls).not.toContain('check-plan');
  });

  it('is compared again after a failure of asking, when that is due', () => {
    const run = given(plans, agreed).until('check-plan');
    run.answers({ type: 'observe-failed', failure: { class: 'target-down', detail: 'down' } });
    expect(run.position.waitingFor).toBeNull();
    run.after(1_000);
    expect(run.inTheAir).toEqual(['check-plan']);
  });
});

describe('Findings', () => {
  const errors = [
    finding('error', 'unknown-tenant', 'No such tenant.'),
    finding('warning', 'service-interruption', 'It will be down.'),
    finding('error', 'unknown-business-process', 'No such process.'),
  ];

  it('that are errors fail the operation at once, with all of them said', () => {
    const run = given({ inspect: { findings: errors }, work: [making('one')] }).toItsEnd();
    expect(run.position).toMatchObject({
      state: 'failed',
      error: {
        code: 'unknown-tenant',
        detail: 'No such tenant. unknown-business-process: No such process.',
        step: 'inspect',
      },
    });
    expect(run.step('inspect').findings).toEqual(errors);
    expect(run.calls).toEqual(['observe inspect']);
  });

  it('that are warnings are kept with their step and stop nothing', () => {
    const warning = finding('warning', 'shared-reader', 'Others read it.');
    const run = given({ inspect: { findings: [warning] } }).toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.step('inspect').findings).toEqual([warning]);
  });

  it('come with what the later steps refer to', () => {
    const run = given({ inspect: { refs: { tenant: 101 } }, work: [] }).toItsEnd();
    expect(run.step('inspect').refs).toEqual({ tenant: 101 });
  });

  it('that are errors plan nothing: actions beside them are not written down', () => {
    const run = given({ work: { actions: [making('one')], findings: errors } }).toItsEnd();
    expect(run.position.actions).toEqual([]);
  });
});

describe('A step that is not settled yet', () => {
  it('is observed again after the time it asks for, and keeps its findings', () => {
    const warning = finding('warning', 'not-proven-running', 'It is stopped.');
    const run = given({ verify: [] }).until('observe verify');
    run.answers({ type: 'observed', plan: { actions: [], findings: [warning], lookAgainAfterMs: 5_000 } });
    expect(run.wakesInMs).toBe(5_000);
    expect(run.position.waitingFor).toMatchObject({ reason: 'target', detail: 'verify looks again' });
    expect(run.step('verify')).toMatchObject({ state: 'running', planned: false, findings: [warning] });
    expect(run.after(4_999).inTheAir).toEqual([]);
    expect(run.after(1).inTheAir).toEqual(['observe verify']);
  });
});

describe('Observing that fails', () => {
  it('is tried again after a while, and the reason is said', () => {
    const run = given({ inspect: [] })
      .until('observe inspect')
      .with({ retry: () => ({ ...policy, firstDelayMs: 4_000, maxDelayMs: 4_000 }) });
    run.answers({ type: 'observe-failed', failure: { class: 'transient', detail: 'reset' } });
    expect(run.position.waitingFor).toMatchObject({ reason: 'retry', detail: 'reset' });
    expect(run.after(2_000).inTheAir).toEqual(['observe inspect']);
  });

  it('waits for a target that is down as long as it takes', () => {
    const run = given({ inspect: [] }).until('observe inspect');
    for (let time = 0; time < 20; time += 1) {
      run
        .answers({ type: 'observe-failed', failure: { class: 'target-down', detail: 'down' } })
        .after(20_000);
    }
    expect(run.state).toBe('running');
    expect(run.step('inspect')).toMatchObject({ failures: 0, waits: 20 });
  });

  it('loses an answer without harm: a question changes nothing, so it is just asked again', () => {
    const run = given({ inspect: [] }).until('observe inspect');
    run.answers({ type: 'observe-failed', failure: { class: 'unknown', detail: 'lost' } }).after(1_000);
    expect(run.inTheAir).toEqual(['observe inspect']);
  });

  it('parks when its tries are used up', () => {
    const run = given({ inspect: [] }).until('observe inspect');
    for (let time = 1; time <= policy.attempts; time += 1) {
      run.answers({ type: 'observe-failed', failure: { class: 'transient', detail: 'reset' } });
      if (time < policy.attempts) run.after(10_000);
    }
    expect(run.position).toMatchObject({ state: 'needs-attention', error: { code: 'retries-used-up' } });
    expect(run.asked('retry').inTheAir).toEqual(['observe inspect']);
    expect(run.step('inspect').failures).toBe(0);
  });

  it('fails the operation when the target refuses the question', () => {
    const run = given({ inspect: [] }).until('observe inspect');
    run.answers({ type: 'observe-failed', failure: { class: 'invalid', detail: 'no permission' } });
    expect(run.position).toMatchObject({
      state: 'failed',
      error: { code: 'target-refused', detail: 'inspect: no permission', step: 'inspect' },
    });
  });
});
