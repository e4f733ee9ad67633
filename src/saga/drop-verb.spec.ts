import { describe, expect, it } from 'vitest';
import { parkUnforeseen } from './park-unforeseen.js';
import { finding, given, limits, making, policy, starting, stopping } from './testing/given.js';

const dropped = 'operation.verb-dropped';
const cause = (id: string) => ({ correlationId: `of ${id}`, causationId: id });
const refusal = { actions: [], findings: [finding('error', 'internal', 'not as it should be')] };
const once = { retry: () => ({ ...policy, attempts: 1 }) };
const withTask = () => given({ work: [making('one')], verify: [] }).untilTask('one');

describe('Whoever asked for something that comes to nothing', () => {
  it('is told why, under the ids of the command that asked', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .with(once)
      .requested('pause', { cause: cause('C-1') })
      .fails('one', 'transient');
    expect(run.position).toMatchObject({ state: 'needs-attention', requestedVerb: null });
    expect(run.decision.events.find(({ type }) => type === dropped)).toMatchObject({
      cause: { causationId: 'C-1' },
      members: {
        verb: 'pause',
        by: 'somebody',
        reason: 'an example',
        why: expect.stringMatching(/stands still already, needs-attention: .+/) as string,
      },
    });
  });

  it('is told when the plan has changed, and nothing is approved', () => {
    const approval = { planId: 'p', digest: 'new', by: null, atMs: null };
    const run = given({ work: [making('one')] }, { state: 'awaiting-approval', approval });
    run.asked('approve', { digest: 'old' });
    expect(run.decision.events).toMatchObject([
      { type: dropped, members: { why: 'The plan has the digest new by now.' } },
    ]);
    expect(run.position).toMatchObject({ state: 'awaiting-approval', approval: { by: null } });
  });

  it('is told when another task is open than the one reported, which stays open', () => {
    const run = withTask();
    const report = { task: 'another', outcome: 'done', results: {}, evidence: null } as const;
    run.asked('complete-task', { report });
    expect(run.decision.events).toMatchObject([{ type: dropped, members: { task: 'another' } }]);
    expect([run.state, run.decision.tasks]).toEqual(['waiting-for-task', []]);
  });

  it('is told by mark-done what the target has shown in place of it', () => {
    const run = given({ work: [making('one', { kind: 'create' })] })
      .until('read one')
      .givesUp('one');
    run.asked('mark-done', { evidence: 'seen', cause: cause('C-2') }).reads('one', null);
    expect(run.decision.events).toMatchObject([
      { type: dropped, cause: { causationId: 'C-2' }, members: { verb: 'mark-done' } },
      { type: 'operation.needs-attention' },
    ]);
  });

  it('is told when something unforeseen has parked the operation', () => {
    const run = withTask();
    const request = { verb: 'cancel', by: 'a', atMs: 0, reason: 'r', cause: cause('C-3') };
    const reported = {
      verb: 'complete-task',
      by: 'b',
      atMs: 0,
      reason: 'r',
      cause: cause('C-4'),
      then: request,
    };
    const asked = { ...run.position, requestedVerb: reported };
    const { events } = parkUnforeseen(asked, asked.live, 'boom', { nowMs: 0, ...limits });
    expect(events).toMatchObject([
      { type: dropped, cause: { causationId: 'C-4' }, members: { verb: 'complete-task' } },
      { type: dropped, cause: { causationId: 'C-3' }, members: { verb: 'cancel' } },
      { type: 'operation.needs-attention' },
    ]);
  });

  it('is told when a later request took its place', () => {
    const run = withTask().asked('cancel', { cause: cause('C-5') });
    const instead = run.position.requestedVerb!;
    run.asked('abandon', { instead });
    expect(run.decision.events).toMatchObject([
      {
        type: dropped,
        cause: { causationId: 'C-5' },
        members: { verb: 'cancel', why: '"abandon" by somebody took its place.' },
      },
      { type: 'operation.verb-applied', members: { verb: 'abandon' } },
      { type: 'operation.abandoned' },
    ]);
  });

  it('is told so once, although the one that took the place has to wait itself', () => {
    const run = given({
      rebind: [stopping('down'), making('account', { stage: 2 }), starting('up', { stage: 3 })],
    })
      .until('read account')
      .requested('pause')
      .cannotTell('account', 'nobody knows');
    run.asked('cancel', { instead: run.position.requestedVerb! });
    expect(run.position).toMatchObject({ state: 'waiting-for-task', requestedVerb: { verb: 'cancel' } });
    run.after(1).handedOver();
    expect(run.events.filter((event) => event === dropped)).toHaveLength(1);
  });
});

describe('A request that something else came before still takes effect where it can', () => {
  it('cancel, when the run has turned round and its undo stands still: it ends as asked for', () => {
    const failed = { code: 'target-refused', detail: 'no', step: 'work' };
    const extra = { state: 'needs-attention', direction: 'undo', aim: 'fail', error: failed } as const;
    const run = given({ work: [making('one')] }, extra).asked('cancel');
    expect(run.position).toMatchObject({ state: 'needs-attention', aim: 'cancel', requestedVerb: null });
    expect(run.events).toEqual(['operation.verb-applied']);
    expect(run.asked('retry').toItsEnd().state).toBe('cancelled');
  });

  it('reschedule, when the run stands still for another reason: the window is the new one from then on', () => {
    const window = { notBeforeMs: 0, notAfterMs: 1_000_000_000 };
    const later = { notBeforeMs: 5_000_000, notAfterMs: 6_000_000 };
    const run = given({ work: [making('one')] }, { schedule: { notBeforeMs: null, window } })
      .until('apply one')
      .with(once)
      .requested('reschedule', { window: later })
      .fails('one', 'transient');
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      error: { code: 'retries-used-up' },
      schedule: { window: later },
    });
    expect(run.events).toContain('operation.verb-applied');
  });

  it('a cancel that waited for a task, when the report of it comes to nothing', () => {
    const run = withTask().asked('cancel');
    const report = { task: 'another', outcome: 'done', results: {}, evidence: null } as const;
    run.asked('complete-task', { report, then: run.position.requestedVerb! });
    expect(run.position).toMatchObject({ state: 'waiting-for-task', requestedVerb: { verb: 'cancel' } });
    run.reports('not-done', { one: 'not-done' }, { then: run.position.requestedVerb! });
    expect(run.state).toBe('cancelled');
  });

  it('a pause, when the run turned round beside it', () => {
    const run = given({ work: [making('one')], verify: [] })
      .until('observe verify')
      .requested('pause');
    run.answers({ type: 'observed', plan: refusal });
    expect(run.position).toMatchObject({ state: 'paused', direction: 'undo' });
  });
});
