import { describe, expect, it } from 'vitest';
import { beganAtMs, finding, given, making, starting, stopping } from './testing/given.js';

// The servers of these examples may take 3 s to stop and 3 s to start: an outage needs twice that, there and back.
const outageMs = 12_000;
const plans = {
  work: [making('one')],
  rebind: [stopping('down'), starting('up', { stage: 2 })],
  verify: [],
};

const inWindow = (fromMs: number, untilMs: number) => ({
  schedule: {
    notBeforeMs: null,
    window: { notBeforeMs: beganAtMs + fromMs, notAfterMs: beganAtMs + untilMs },
  },
});

describe('notBefore', () => {
  it('keeps the operation queued until its time, and says so', () => {
    const schedule = { notBeforeMs: beganAtMs + 60_000, window: null };
    const run = given(plans, { schedule }).claimed();
    expect(run.position).toMatchObject({
      state: 'queued',
      waitingFor: { reason: 'schedule', untilMs: beganAtMs + 60_000 },
    });
    expect(run.decision.wakeAtMs).toBe(beganAtMs + 60_000);
    run.after(60_000).toItsEnd();
    expect(run.state).toBe('completed');
  });
});

describe('A window', () => {
  it('gates the first stop only: everything before it is done at once', () => {
    const run = given(plans, inWindow(60_000, 600_000)).until('apply one').does('one');
    while (run.inTheAir.length > 0)
      run.answers({ type: 'observed', plan: { actions: plans.rebind, findings: [] } });
    expect(run.action('one').state).toBe('done');
    expect(run.position.waitingFor).toMatchObject({ reason: 'window', untilMs: beganAtMs + 60_000 });
    run.after(60_000).toItsEnd();
    expect(run.state).toBe('completed');
  });

  it('that does not leave time for the way there and back is missed before the first stop', () => {
    const run = given(plans, inWindow(0, outageMs - 1)).toItsEnd();
    expect(run.position).toMatchObject({ state: 'needs-attention', error: { code: 'window-missed' } });
    expect(run.calls).not.toContain('apply down');
  });

  it('missed may be given anew, and the operation goes on', () => {
    const run = given(plans, inWindow(0, outageMs - 1)).toItsEnd();
    const window = { notBeforeMs: beganAtMs, notAfterMs: beganAtMs + 3_600_000 };
    run.handedOver().asked('reschedule', { window }).toItsEnd();
    expect(run.position).toMatchObject({ state: 'completed', error: null });
  });

  it('that ends during the outage stops nothing: service comes first', () => {
    const run = given(plans, inWindow(0, outageMs))
      .until('apply down')
      .passes(outageMs)
      .does('down')
      .toItsEnd();
    expect(run.state).toBe('completed');
  });

  it('gates the undo that would stop a server which serves, and no other undo', () => {
    const run = given(plans, inWindow(0, 30_000))
      .until('observe verify')
      .passes(40_000)
      .answers({ type: 'observed', plan: { actions: [], findings: [finding('error', 'internal', 'no')] } });
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      direction: 'undo',
      error: { code: 'internal' },
    });
    expect(run.position.waitingFor?.detail).toContain('window-missed');
    expect(run.calls).not.toContain('revert up');
  });

  it('gates no undo that only restores service: servers that were left stopped run again at once', () => {
    const account = making('account', { kind: 'set-account', stage: 2, outage: 'closes' });
    const run = given({ rebind: [stopping('down'), account], verify: [] }, inWindow(0, 30_000))
      .until('observe verify')
      .passes(40_000)
      .answers({ type: 'observed', plan: { actions: [], findings: [finding('error', 'internal', 'no')] } })
      .toItsEnd();
    expect(run.state).toBe('failed');
    expect(run.target.get('down')).toBe('running');
  });
});
