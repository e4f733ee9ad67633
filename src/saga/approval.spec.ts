import { describe, expect, it } from 'vitest';
import { approvalFindings, approvalToCome } from './approval.js';
import type { Position } from './position.js';
import { finding, given, making } from './testing/given.js';

const plans = { inspect: { locks: ['lock'] }, work: [making('one')], verify: [] };
const digest = 'sha256:plan';
const asking = (extra: Partial<Position> = {}) => given(plans, { approval: approvalToCome, ...extra });

describe('An operation that somebody has to approve', () => {
  it('makes its plan after the inspection and waits for it, with no lock taken and nothing begun', () => {
    const run = asking().toItsEnd();
    expect(run.calls).toEqual(['observe inspect', 'plan']);
    expect(run.position).toMatchObject({
      state: 'awaiting-approval',
      approval: { planId: 'plan-id', digest, by: null },
      waitingFor: { reason: 'approval', detail: `plan plan-id with digest ${digest}` },
      locksHeld: false,
    });
    expect(run.events.at(-1)).toBe('operation.awaiting-approval');
    expect(run.decision).toMatchObject({ idle: true, wakeAtMs: null });
  });

  it('goes on once it is approved: locks first, the plan compared under them, then the first effect', () => {
    const run = asking().toItsEnd().handedOver().asked('approve', { digest, by: 'boss' }).toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.calls.slice(2, 6)).toEqual(['lock lock', 'check-plan', 'observe work', 'read one']);
    expect(run.position.approval).toMatchObject({ by: 'boss', digest });
    expect(run.events).toContain('operation.verb-applied');
  });

  it('fails before its first effect when the target has moved since it was approved', () => {
    const run = asking().toItsEnd().handedOver();
    run.digest = 'sha256:another';
    run.asked('approve', { digest }).toItsEnd();
    expect(run.position).toMatchObject({ state: 'failed', error: { code: 'plan-drifted' } });
    expect(run.calls).not.toContain('observe work');
  });

  it('is not moved by the approval of another plan', () => {
    const run = asking().toItsEnd().handedOver().asked('approve', { digest: 'sha256:another' });
    expect(run.position).toMatchObject({ state: 'awaiting-approval', requestedVerb: null });
    expect(run.position.approval?.by).toBeNull();
  });

  it('fails, with all that is wrong, when its plan is known to fail: nobody is asked', () => {
    const run = asking().until('plan');
    const findings = [
      finding('warning', 'shared-reader', 'One.'),
      finding('error', 'missing-permission', 'Two.'),
    ];
    run.answers({ type: 'planned', planId: 'plan-id', digest, findings });
    expect(run.position).toMatchObject({
      state: 'failed',
      error: { code: 'missing-permission', detail: 'Two.' },
    });
    expect(run.step('inspect').findings).toEqual(findings);
    expect(run.events).not.toContain('operation.awaiting-approval');
  });

  it('fails when its plan is not the one it was asked to carry out', () => {
    const run = asking({ planDigest: 'sha256:asked' });
    run.digest = digest;
    run.toItsEnd();
    expect(run.position).toMatchObject({ state: 'failed', error: { code: 'plan-drifted' } });
  });

  it('asks for its plan again after a take-over, and is asked for again by nobody once it is made', () => {
    const run = asking().until('plan').takenOver(0);
    expect(run.inTheAir).toEqual(['plan']);
    run.toItsEnd().takenOver(0);
    expect(run.state).toBe('awaiting-approval');
    expect(run.calls.filter((call) => call === 'plan')).toHaveLength(2);
  });

  it('waits for a target that is down, and is asked for when it is back', () => {
    const run = asking().until('plan');
    const down = { class: 'target-down', detail: 'down', retryAfterMs: 9_000 } as const;
    run.answers({ type: 'observe-failed', failure: down });
    expect(run.position).toMatchObject({ state: 'running', waitingFor: { reason: 'target' } });
    expect(run.after(9_000).toItsEnd().state).toBe('awaiting-approval');
  });

  it('heeds a pause that came while its plan was made, and waits for approval when it is resumed', () => {
    const run = asking().until('plan').requested('pause');
    run.answers({ type: 'planned', planId: 'plan-id', digest, findings: [] });
    expect(run.state).toBe('paused');
    run.handedOver().asked('resume');
    expect(run.state).toBe('awaiting-approval');
  });

  it('is refused by a cancel: it ends with nothing to undo', () => {
    const run = asking().toItsEnd().handedOver().asked('cancel');
    expect(run.position).toMatchObject({ state: 'cancelled', leftBehind: [] });
  });

  it('that waited for its locks after the approval inspects again, and is not asked for a second time', () => {
    const run = asking().toItsEnd().handedOver().asked('approve', { digest }).until('lock lock');
    run.answers({ type: 'lock-busy', detail: 'held', operation: 'other' }).after(6_000).toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.calls.slice(2, 6)).toEqual(['lock lock', 'lock lock', 'observe inspect', 'check-plan']);
  });
});

describe('Who approves what they asked for', () => {
  it('is told as a warning of the operation', () => {
    const run = asking().toItsEnd().handedOver().asked('approve', { digest, by: 'local' });
    expect(approvalFindings(run.position)).toMatchObject([
      { severity: 'warning', code: 'approval-not-separated' },
    ]);
    const other = asking().toItsEnd().handedOver().asked('approve', { digest, by: 'boss' });
    expect(approvalFindings(other.position)).toEqual([]);
  });
});
