import { describe, expect, it } from 'vitest';
import { given, making } from './testing/given.js';
import { possibleVerbs } from './verbs.js';
import { operationView } from './view.js';

const unreadable = 'action 1/2 names no object';
const plans = { inspect: [], work: [making('one')] };
const asked = (verb: string) => ({ verb, by: 'somebody', atMs: 0, reason: 'test' });

describe('An operation whose progress cannot be read', () => {
  it('is parked with the reason, and nothing is sent or written over', () => {
    const run = given(plans, { state: 'running', locksHeld: true, unreadable }).claimed();
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      locksHeld: true,
      error: { code: 'progress-unreadable' },
      waitingFor: { reason: 'person', code: 'progress-unreadable' },
    });
    expect(run.position.error?.detail).toContain(unreadable);
    expect(run.decision).toMatchObject({ instructions: [], idle: true });
    expect([run.decision.changedSteps.size, run.decision.changedActions.size]).toEqual([0, 0]);
    expect(run.events).toEqual(['operation.needs-attention']);
    expect(operationView(run.position, { withActions: true }).summary).toContain('cannot be read');
    expect(possibleVerbs(run.position)).toEqual(['retry', 'abandon']);
  });

  it('in its undo keeps the error that made it turn round, and is not said to serve again', () => {
    const error = { code: 'target-refused', detail: 'no', step: 'work' };
    const extra = { state: 'compensating', direction: 'undo', serviceDown: true, error, unreadable } as const;
    const { position } = given(plans, extra).claimed();
    expect(position).toMatchObject({ state: 'needs-attention', serviceDown: true, error });
    expect(position.waitingFor?.detail).toContain('progress-unreadable');
  });

  it('stays parked and says so again when it is tried again, and to whoever asked', () => {
    const extra = { state: 'needs-attention', requestedVerb: asked('retry'), unreadable } as const;
    const run = given(plans, extra).claimed();
    expect(run.position).toMatchObject({ state: 'needs-attention', requestedVerb: null });
    expect(run.events).toEqual(['operation.verb-dropped', 'operation.needs-attention']);
    expect(run.decision.events[0]?.members?.['why']).toContain(unreadable);
  });

  it('withdraws its open task: nobody could say which actions a report speaks of', () => {
    const waitingFor = { reason: 'task', detail: 'a person has to do it', untilMs: null, task: 'T' } as const;
    const extra = { state: 'waiting-for-task', waitingFor, unreadable } as const;
    const open = given(plans, extra);
    expect(possibleVerbs(open.position)).toEqual(['abandon']);
    const run = open.claimed();
    expect(run.decision.tasks).toMatchObject([
      { change: 'close', id: 'T', outcome: 'withdrawn', by: null, results: {} },
    ]);
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      waitingFor: { code: 'progress-unreadable' },
    });
    expect(given(plans, extra).requested('abandon').claimed().decision.tasks).toMatchObject([
      { change: 'close', id: 'T', outcome: 'withdrawn', by: 'somebody' },
    ]);
  });

  it('can be given up, which lets go of its locks', () => {
    const extra = {
      state: 'needs-attention',
      requestedVerb: asked('abandon'),
      locksHeld: true,
      unreadable,
    } as const;
    const run = given(plans, extra).claimed();
    expect(run.position).toMatchObject({ state: 'abandoned', locksHeld: false, requestedVerb: null });
    expect(run.events).toEqual(['operation.verb-applied', 'operation.abandoned']);
  });
});
