import { describe, expect, it } from 'vitest';
import { given, limits, making } from './testing/given.js';

const applied = 'operation.verb-applied';

describe('Cancel', () => {
  it('before the first effect ends the operation in the same decision', () => {
    const run = given({ inspect: [], work: [making('one')] })
      .requested('cancel')
      .claimed();
    expect(run.position).toMatchObject({ state: 'cancelled', requestedVerb: null, error: null });
    expect(run.calls).toEqual([]);
    expect(run.events).toEqual([applied, 'operation.cancelled']);
  });

  it('lets the call in the air end, begins nothing new, and undoes what it did', () => {
    const run = given({ work: [making('one'), making('two', { stage: 2 })] })
      .until('apply one')
      .asked('cancel');
    expect(run.state).toBe('running');
    expect(run.position.requestedVerb).not.toBeNull();
    run.does('one');
    expect(run.state).toBe('compensating');
    expect(run.inTheAir).toEqual(['read one']);
    run.reads('one', 'one made').does('one');
    expect(run.position).toMatchObject({ state: 'cancelled', direction: 'undo', aim: 'cancel' });
    expect(run.calls).not.toContain('read two');
  });

  it('begins nothing new while it waits for its safe point', () => {
    const run = given({ work: [making('one'), making('two'), making('three')] })
      .with({ parallel: 2 })
      .until('apply one')
      .requested('cancel')
      .reads('two', null);
    expect(run.inTheAir).toEqual(['apply one']);
    expect(run.action('three').state).toBe('planned');
  });

  it('sends nothing for what has only been read', () => {
    const run = given({ work: [making('one')] })
      .until('read one')
      .requested('cancel')
      .reads('one', null);
    expect(run.state).toBe('cancelled');
    expect(run.action('one')).toMatchObject({ state: 'planned', ours: false });
    expect(run.calls).not.toContain('apply one');
  });

  it('undoes the current action when it is under way', () => {
    const run = given({ work: [making('one', { underwayMs: 3_000 })] })
      .until('apply one')
      .accepts('one')
      .asked('cancel');
    expect(run.action('one').state).toBe('reverting');
    run.reads('one', null, { underway: true }).after(limits.pollMs).reads('one', 'one made');
    expect(run.inTheAir).toEqual(['revert one']);
  });

  it('accepted before the run turned round by itself decides how it ends, the error kept', () => {
    const run = given({ work: [making('one')], verify: [making('two')] })
      .until('apply two')
      .requested('cancel');
    run.fails('two', 'invalid');
    expect(run.position).toMatchObject({ state: 'compensating', aim: 'cancel', requestedVerb: null });
    expect(run.events).toContain(applied);
    expect(run.toItsEnd().position).toMatchObject({ state: 'cancelled', error: { code: 'target-refused' } });
  });

  it('is heeded by whoever takes over', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .requested('cancel')
      .takenOver(1_000);
    expect(run.position).toMatchObject({ state: 'compensating', requestedVerb: null });
    expect(run.action('one').state).toBe('reverting');
  });

  it('says so before what follows from it', () => {
    const run = given({ work: [making('one')], verify: [] })
      .until('observe verify')
      .requested('cancel');
    run.answers({ type: 'observed', plan: run.plan('verify') });
    expect(run.events.slice(2, 4)).toEqual([applied, 'operation.compensating']);
    expect(run.decision.events[0]).toEqual({
      type: applied,
      members: { verb: 'cancel', by: 'somebody', reason: 'an example' },
    });
  });
});

describe('A parked run', () => {
  const parked = () =>
    given({ first: [making('zero')], work: [making('one')] })
      .until('read one')
      .givesUp('one');

  it('is turned round by compensate and ends failed, the reason kept', () => {
    const run = parked().asked('compensate').toItsEnd();
    expect(run.position).toMatchObject({
      state: 'failed',
      error: { code: 'retries-used-up' },
      waitingFor: null,
    });
    expect(run.action('zero').state).toBe('reverted');
  });

  it('goes on in its direction after retry', () => {
    const run = parked().asked('retry');
    expect(run.position).toMatchObject({ state: 'running', error: null, waitingFor: null });
    expect(run.toItsEnd().state).toBe('completed');
  });

  it('is given up by abandon, which lists what stays', () => {
    const run = parked().asked('abandon');
    expect(run.state).toBe('abandoned');
    expect(run.position.leftBehind).toMatchObject([
      { kind: 'update', object: { name: 'zero' }, state: 'done' },
      { kind: 'update', object: { name: 'one' }, state: 'started' },
    ]);
    expect(run.events.slice(-2)).toEqual([applied, 'operation.abandoned']);
  });

  it('leaves behind neither what was found nor what only proved a right', () => {
    const proof = making('account', { before: 'system', after: 'system', always: true });
    const run = given({ work: [making('found'), proof, making('one', { stage: 2 })] }).until('read found');
    run.reads('found', 'found made').until('read one').givesUp('one').asked('abandon');
    expect(run.position.leftBehind.map((left) => left.object.name)).toEqual(['one']);
  });

  it('stays parked while nobody asks anything', () => {
    const run = parked().handedOver();
    expect(run.state).toBe('needs-attention');
    expect(run.decision).toMatchObject({ instructions: [], wakeAtMs: null, idle: true });
  });

  it('that never began begins at retry: it says that it has started', () => {
    const run = given({ inspect: [] }, { state: 'needs-attention' }).asked('retry');
    expect(run.position.startedAtMs).not.toBeNull();
    expect(run.events).toContain('operation.started');
  });
});

describe('A request that does not fit any more', () => {
  it.each(['cancel', 'retry', 'compensate', 'abandon', 'pause', 'no-verb-at-all'])(
    'does nothing, and whoever asked is told: %s at an operation that has ended',
    (verb) => {
      const run = given({ inspect: [] }).toItsEnd();
      const before = run.position;
      run.asked(verb);
      expect(run.position).toEqual({ ...before, version: before.version + 1 });
      expect(run.decision.events).toMatchObject([
        { type: 'operation.verb-dropped', members: { verb, by: 'somebody', reason: 'an example' } },
      ]);
    },
  );

  it('harms nothing: the run goes on', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .requested('complete-task')
      .does('one');
    expect(run.position).toMatchObject({ state: 'completed', requestedVerb: null });
  });
});

describe('A worker that stops', () => {
  it('begins nothing more, waits for the calls in the air, and takes back the intents it has not sent', () => {
    const run = given({ work: [making('one'), making('two')] })
      .until('apply one')
      .when({ type: 'release' });
    expect(run.decision.idle).toBe(false);
    run.reads('two', null);
    expect(run.inTheAir).toEqual(['apply one']);
    run.does('one');
    expect(run.decision.idle).toBe(true);
    expect(run.action('two')).toMatchObject({ state: 'planned', ours: false, attempts: 0 });
  });

  it('hands back what can go on at once as due now, whatever waits beside it', () => {
    const run = given({ work: [making('one'), making('two')] }).until('apply two');
    run.fails('two', { class: 'throttled', detail: 'slow down', retryAfterMs: 60_000 });
    run.when({ type: 'release' }).fails('one', 'transient');
    expect(run.decision.idle).toBe(true);
    expect(run.wakesInMs).toBe(0);
  });

  it('leaves a lost answer unknown for the next one to read back', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .when({ type: 'release' })
      .fails('one', 'unknown');
    expect(run.decision.idle).toBe(true);
    expect(run.action('one').state).toBe('unknown');
    expect(run.handedOver().inTheAir).toEqual(['read one']);
  });

  it('leaves an undo that was not sent where it was', () => {
    const run = given({ work: [making('one')], verify: [] })
      .until('observe verify')
      .requested('cancel');
    run
      .answers({ type: 'observed', plan: run.plan('verify') })
      .when({ type: 'release' })
      .reads('one', 'one made');
    expect(run.action('one')).toMatchObject({ state: 'reverting', uncertain: null });
    expect(run.handedOver().inTheAir).toEqual(['read one']);
  });
});
