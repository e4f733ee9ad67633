import { describe, expect, it } from 'vitest';
import { finding, given, making, starting, stopping } from './testing/given.js';

const verify = { findings: [finding('error', 'account-not-set', 'Another account.')] };
const account = making('account', { kind: 'set-account', stage: 2 });
const rebind = [stopping('down', { stoppedFor: [2] }), account, starting('up', { stage: 3, restarts: 1 })];
const since = (calls: readonly string[], call: string): readonly string[] =>
  calls.slice(calls.lastIndexOf(call) + 1);

describe('A server on the way back, stopped for its account', () => {
  const setBack = () => given({ rebind, verify }).until('revert account').does('account');

  it('is started by us where it is seen stopped, and not restarted', () => {
    const run = setBack().toItsEnd();
    expect(since(run.calls, 'revert account')).toEqual(['read down', 'revert down']);
    expect(run.state).toBe('failed');
  });

  it('is stopped and started where it runs already: nobody knows since when', () => {
    const run = setBack().reads('down', 'running').reads('up', 'running').does('up');
    expect(run.position.serviceDown).toBe(true);
    run.reads('down', 'stopped').toItsEnd();
    expect(since(run.calls, 'revert account')).toEqual([
      'read down',
      'read up',
      'revert up',
      'read down',
      'revert down',
    ]);
    expect(run.position).toMatchObject({ state: 'failed', serviceDown: false });
  });

  it('is restarted once: what starts it after that stop starts it as it was', () => {
    const run = setBack().reads('down', 'running').reads('up', 'running').does('up');
    run.reads('down', 'running');
    expect(run.position).toMatchObject({ state: 'failed', serviceDown: false });
  });

  it('is not restarted by a new owner that finds it running after a start of ours whose answer was lost', () => {
    const run = setBack().until('revert down').takenOver(0).reads('down', 'running');
    expect(run.state).toBe('failed');
    expect(run.calls.filter((call) => call === 'revert up')).toHaveLength(1);
  });

  it('is restarted by a new owner that finds it running before a start of ours was sent', () => {
    const run = setBack().until('read down').takenOver(0).reads('down', 'running');
    expect(run.inTheAir).toEqual(['read up']);
  });

  it('is restarted outside the window too', () => {
    const window = { notBeforeMs: 0, notAfterMs: 1_100_000 };
    const run = given({ rebind, verify }, { schedule: { notBeforeMs: null, window } });
    run.until('revert account').does('account').until('read down').after(200_000).reads('down', 'running');
    expect(run.inTheAir).toEqual(['read up']);
  });

  it('waits for a person where this operation was to leave it stopped, and goes on when it is stopped', () => {
    const run = given({ rebind: rebind.slice(0, 2), verify })
      .until('revert account')
      .does('account');
    run.reads('down', 'running');
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      waitingFor: { code: 'changed-by-other', action: '0/1' },
    });
    run.asked('retry').reads('down', 'running');
    expect(run.state).toBe('needs-attention');
    run.asked('retry').reads('down', 'stopped').toItsEnd();
    expect(run.position).toMatchObject({ state: 'failed', serviceDown: false });
  });

  it('is left running where a person has left out its stop, and is said to be left behind', () => {
    const run = given({ rebind, verify }).until('read up').until('observe verify').until('read up');
    run.reads('up', 'running').fails('up', 'invalid').asked('skip').until('revert account').does('account');
    run.reads('down', 'running');
    expect(run.position).toMatchObject({
      state: 'abandoned',
      leftBehind: [{ object: { name: 'up' } }],
    });
  });

  it('is left alone where its account was never set: it ran all the time', () => {
    const run = given({ rebind, verify }).until('apply down').fails('down', 'unknown').asked('cancel');
    run.reads('down', 'running').toItsEnd();
    expect(run.state).toBe('cancelled');
    expect(run.calls).not.toContain('revert up');
  });
});
