import { describe, expect, it } from 'vitest';
import { finding, given, making, starting, stopping } from './testing/given.js';

describe('Pause', () => {
  it('lets the call in the air end, begins nothing more, and resume goes on without repeating it', () => {
    const run = given({ work: [making('one'), making('two', { stage: 2 })] })
      .until('apply one')
      .asked('pause')
      .does('one');
    expect(run.position).toMatchObject({ state: 'paused', waitingFor: { reason: 'person' } });
    expect(run.calls).not.toContain('read two');
    expect(run.events).toContain('operation.paused');
    run.handedOver().asked('resume').toItsEnd();
    expect(run.state).toBe('completed');
    expect(run.calls.filter((call) => call === 'apply one')).toHaveLength(1);
    expect(run.events).toContain('operation.resumed');
  });

  it('inside the outage waits until every server runs again', () => {
    const run = given({
      rebind: [stopping('down'), starting('up', { stage: 2 })],
      work: [making('after')],
    })
      .until('apply down')
      .asked('pause')
      .does('down');
    expect(run.state).toBe('running');
    run.reads('up', 'stopped').does('up');
    expect(run.state).toBe('paused');
    expect(run.calls).not.toContain('read after');
  });

  it('before it has begun keeps it from beginning', () => {
    const run = given({ work: [making('one')] })
      .requested('pause')
      .claimed();
    expect(run.state).toBe('paused');
    run.handedOver().asked('resume').toItsEnd();
    expect(run.state).toBe('completed');
  });

  it('may be followed by a cancel, which undoes what was done', () => {
    const run = given({ work: [making('one'), making('two', { stage: 2 })] })
      .until('apply one')
      .asked('pause')
      .does('one')
      .handedOver()
      .asked('cancel')
      .reads('one', 'one made')
      .does('one');
    expect(run.state).toBe('cancelled');
  });
});

describe('A pause that waits for the end of an outage', () => {
  const withTask = () =>
    given({
      rebind: [stopping('down'), making('account', { stage: 2 }), starting('up', { stage: 3 })],
      verify: [making('last')],
    })
      .until('read account')
      .requested('pause')
      .cannotTell('account', 'nobody knows');

  it('goes on waiting while a person has a task inside it, and comes about once service is restored', () => {
    const run = withTask();
    expect(run.position).toMatchObject({ state: 'waiting-for-task', requestedVerb: { verb: 'pause' } });
    expect(run.handedOver().position.requestedVerb?.verb).toBe('pause');
    const then = run.position.requestedVerb!;
    run.reports('done', { account: { before: null } }, { then }).reads('account', 'account made');
    run.until('apply up').does('up');
    expect(run.position).toMatchObject({ state: 'paused', requestedVerb: null, serviceDown: false });
    expect(run.calls).not.toContain('observe verify');
  });

  it('keeps an undo from nothing that restores service, and the run stands still after it', () => {
    const run = withTask();
    const then = run.position.requestedVerb!;
    run.reports('not-done', { account: 'not-done' }, { then });
    expect(run.position).toMatchObject({ state: 'compensating', requestedVerb: { verb: 'pause' } });
    run.until('revert down').does('down');
    expect(run.position).toMatchObject({ state: 'paused', direction: 'undo', serviceDown: false });
  });
});

describe('Skip', () => {
  it('of a server that cannot be started again leaves the service down, and says so', () => {
    const run = given({ rebind: [stopping('down')], verify: [] })
      .until('observe verify')
      .answers({ type: 'observed', plan: { actions: [], findings: [finding('error', 'internal', 'no')] } })
      .reads('down', 'somewhere else')
      .handedOver()
      .asked('skip');
    expect(run.position).toMatchObject({ state: 'abandoned', serviceDown: true });
    expect(run.position.leftBehind.map((left) => left.object.name)).toEqual(['down']);
    expect(run.events).not.toContain('operation.service-restored');
  });

  const parkedInUndo = () =>
    given({ work: [making('one'), making('two', { stage: 2 })], verify: [] })
      .until('observe verify')
      .answers({
        type: 'observed',
        plan: { actions: [], findings: [finding('error', 'internal', 'not as it should be')] },
      })
      .reads('two', 'theirs');

  it('in the undo leaves behind what it stands at, undoes the rest and ends abandoned', () => {
    const run = parkedInUndo();
    expect(run.state).toBe('needs-attention');
    run.handedOver().asked('skip').reads('one', 'one made').does('one');
    expect(run.state).toBe('abandoned');
    expect(run.position.leftBehind.map((left) => left.object.name)).toEqual(['two']);
    expect(run.position.steps[0]?.state).toBe('skipped');
    expect(run.events).toContain('step.skipped work');
  });

  it('leaves out verify-service when it cannot be asked, and says so', () => {
    const run = given({ work: [making('one')], 'verify-service': [] }).until('observe verify-service');
    while (run.inTheAir.length > 0) {
      run.answers({ type: 'observe-failed', failure: { class: 'transient', detail: 'no answer' } });
      run.after(60_000);
    }
    expect(run.state).toBe('needs-attention');
    run.handedOver().asked('skip');
    expect(run.state).toBe('completed');
    expect(run.position.steps.map((step) => step.state)).toEqual(['done', 'skipped']);
  });
});
