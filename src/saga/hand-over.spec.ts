import { describe, expect, it } from 'vitest';
import { given, making, starting, stopping, terms } from './testing/given.js';

/** Two entries that nobody but a person can see, and one that the service does itself. */
const stage = () => given({ inspect: [], work: [making('one'), making('two'), making('three')], verify: [] });

const waitsForTask = 'operation.waiting-for-task work';

describe('What nobody but a person can see or do', () => {
  it('becomes one task of its stage, after what the service does itself', () => {
    const run = stage().untilTask('one', 'three');
    expect(run.state).toBe('waiting-for-task');
    expect(run.target.get('two')).toBe('two made');
    expect(run.calls.filter((call) => call.startsWith('apply'))).toEqual(['apply two']);
    expect(run.decision.tasks).toMatchObject([
      {
        change: 'open',
        position: 1,
        direction: 'forward',
        stage: 1,
        numbers: [1, 3],
        assignee: 'night shift',
        looks: { '1': { found: 'cannot-tell', detail: 'nobody can see it from here' } },
      },
    ]);
    expect(run.events.filter((event) => event === waitsForTask)).toHaveLength(1);
    expect(run.decision.idle).toBe(true);
  });

  it('is written down as begun before the person hears of it', () => {
    const run = stage().untilTask('one', 'three');
    expect(run.action('one')).toMatchObject({ state: 'started', ours: true });
  });

  it('is handed over also where it can be seen but not written', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .needsPerson('one');
    expect(run.state).toBe('waiting-for-task');
    expect(run.decision.tasks).toMatchObject([{ looks: { '1': { found: 'before' } } }]);
  });

  it('is not begun while something else of the stage fails', () => {
    const run = stage().untilTask().toItsEnd();
    expect(run.state).toBe('completed');
    const failing = given({ work: [making('one'), making('two')] })
      .until('read one')
      .cannotTell('one', 'no')
      .until('apply two')
      .fails('two', 'invalid')
      .toItsEnd();
    expect(failing.state).toBe('failed');
    expect(failing.events).not.toContain(waitsForTask);
    expect(failing.action('one')).toMatchObject({ state: 'planned', ours: false });
  });

  it('gets an id that follows from when and what, so that the same decision is the same task', () => {
    const [first, second] = [stage().untilTask('one', 'three'), stage().untilTask('one', 'three')];
    expect(first.position.waitingFor?.task).toBe(second.position.waitingFor?.task);
    expect(first.position.waitingFor?.task).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const later = stage().passes(1).untilTask('one', 'three');
    expect(later.position.waitingFor?.task).not.toBe(first.position.waitingFor?.task);
  });
});

describe('An open task', () => {
  it('reminds when it is overdue, again and again, and never times out', () => {
    const run = stage().untilTask('one', 'three');
    expect(run.wakesInMs).toBe(terms.dueMs);
    run.after(terms.dueMs - 1);
    expect(run.events.filter((event) => event.startsWith('operation.waiting-for-task'))).toHaveLength(1);
    run.after(1);
    expect(run.decision.events).toMatchObject([
      { type: 'operation.waiting-for-task', members: { reminder: 'overdue' } },
    ]);
    expect(run.wakesInMs).toBe(terms.remindMs);
    run.after(terms.remindMs);
    expect(run.decision.events).toHaveLength(1);
    expect(run.state).toBe('waiting-for-task');
  });

  it('is not taken back when its worker stops or dies', () => {
    const run = stage().untilTask('one', 'three');
    run.when({ type: 'claimed', callsUntilMs: run.now.nowMs + 5_000 }, { type: 'release' });
    expect(run.action('one')).toMatchObject({ state: 'started', ours: true, uncertain: null });
    expect(run.state).toBe('waiting-for-task');
  });

  it('asks for its outcome before a cancel takes effect', () => {
    const run = stage().untilTask('one', 'three').asked('cancel');
    expect(run.state).toBe('waiting-for-task');
    expect(run.position.requestedVerb?.verb).toBe('cancel');
    expect(run.position.waitingFor?.detail).toContain('begin nothing more');
    expect(run.decision.events).toMatchObject([{ members: { reminder: 'cancelled' } }]);
    run.after(1);
    expect(run.decision.events).toEqual([]);
  });

  it.each(['partly', 'not-done', 'done'] as const)('reported %s lets the cancel go on', (outcome) => {
    const run = stage().untilTask('one', 'three').asked('cancel');
    const waiting = run.position.requestedVerb;
    const one = outcome === 'not-done' ? 'not-done' : 'done';
    const three = outcome === 'done' ? 'done' : 'not-done';
    run.reports(outcome, { one, three }, { then: waiting! }).untilTask('one', 'three');
    expect(run.position.aim).toBe('cancel');
    if (outcome === 'not-done') {
      expect(run.state).toBe('cancelled');
      return;
    }
    // What was done has to be taken back by a person, too.
    expect(run.state).toBe('waiting-for-task');
    expect(run.decision.tasks.find(({ change }) => change === 'open')).toMatchObject({
      direction: 'undo',
      numbers: outcome === 'done' ? [1, 3] : [1],
    });
    run.reports('done', outcome === 'done' ? { one: 'done', three: 'done' } : { one: 'done' });
    run.untilTask('one', 'three');
    expect(run.state).toBe('cancelled');
  });

  it('is withdrawn when the operation is abandoned, and lists what may stand', () => {
    const run = stage().untilTask('one', 'three').asked('abandon');
    expect(run.state).toBe('abandoned');
    expect(run.decision.tasks).toMatchObject([{ change: 'close', outcome: 'withdrawn' }]);
    expect(run.position.leftBehind.map(({ object }) => object.name)).toEqual(['one', 'two', 'three']);
  });
});

describe('A report', () => {
  it('is believed where the target does not show it, and marked', () => {
    const run = stage().untilTask('one', 'three').reports('done', { one: 'done', three: 'done' });
    expect(run.inTheAir).toEqual(['read one', 'read three']);
    run.untilTask('one', 'three');
    expect(run.state).toBe('completed');
    expect(run.action('one')).toMatchObject({ state: 'done', ours: true, uncertain: 'reported' });
  });

  it('is held against what the target shows, and counts as seen where it agrees', () => {
    const run = stage().untilTask('one', 'three').reports('done', { one: 'done', three: 'done' });
    run.reads('one', 'one made');
    expect(run.action('one')).toMatchObject({ state: 'done', uncertain: null });
    expect(run.decision.tasks).toMatchObject([{ change: 'check', number: 1, look: { found: 'after' } }]);
  });

  it('that the target contradicts makes a new task, until the tries are used up', () => {
    const run = given({ work: [making('one')] }).untilTask('one');
    for (const attempt of [1, 2, 3]) {
      run.reports('done', { one: 'done' }).reads('one', null);
      expect(run.decision.tasks).toMatchObject([{ change: 'check', look: { found: 'before' } }]);
      if (attempt === 3) break;
      run.untilTask('one');
      expect(run.state).toBe('waiting-for-task');
    }
    expect(run.position).toMatchObject({ state: 'needs-attention', error: { code: 'report-contradicted' } });
    expect(run.action('one').lastError?.detail).toContain('it was reported as done, but it holds null');
  });

  it('that shows a third value means that somebody else was there', () => {
    const run = given({ work: [making('one')] })
      .untilTask('one')
      .reports('done', { one: 'done' });
    run.reads('one', 'of somebody else');
    expect(run.position).toMatchObject({ direction: 'undo', error: { code: 'changed-by-other' } });
  });

  it('brings the before-image that the undo goes back to', () => {
    const unknown = { knownAfter: 'work/1' };
    const run = given({ work: [making('one', { before: unknown })], verify: [making('two')] })
      .untilTask('one')
      .reports('done', { one: { before: 'as it was' } });
    run.cannotTell('one', 'no').until('apply two');
    expect(run.action('one').output).toEqual({ before: 'as it was', reported: true });
    run.fails('two', 'invalid');
    run.reads('one', 'as it was');
    expect(run.state).toBe('failed');
  });

  it('of an object found as it shall be leaves nothing to take back', () => {
    const run = given({ work: [making('one')], more: [making('two')] })
      .untilTask('one')
      .reports('done', { one: { before: 'one made' } });
    run.cannotTell('one', 'no').until('apply two').fails('two', 'invalid').toItsEnd();
    expect(run.action('one')).toMatchObject({ state: 'done', ours: false });
    expect(run.state).toBe('failed');
    expect(run.calls.filter((call) => call === 'read one')).toHaveLength(2);
  });

  it('of a part asks for the rest', () => {
    const run = stage().untilTask('one', 'three');
    run.reports('partly', { one: 'done', three: 'not-done' }).untilTask('one', 'three');
    expect(run.state).toBe('waiting-for-task');
    expect(run.action('one').state).toBe('done');
    expect(run.decision.tasks.find(({ change }) => change === 'open')).toMatchObject({ numbers: [3] });
  });

  it('of nothing done parks outside an outage; retry makes a new task', () => {
    const run = stage().untilTask('one', 'three').reports('not-done', { one: 'not-done', three: 'not-done' });
    expect(run.position).toMatchObject({ state: 'needs-attention', error: { code: 'task-not-done' } });
    expect(run.action('one')).toMatchObject({ state: 'planned', ours: false });
    run.asked('retry').untilTask('one', 'three');
    expect(run.state).toBe('waiting-for-task');
  });

  it('of nothing done inside an outage turns round at once: service comes first', () => {
    const run = given({
      work: [stopping('down'), making('account', { stage: 2 }), starting('up', { stage: 3 })],
    })
      .untilTask('account')
      .reports('not-done', { account: 'not-done' });
    expect(run.position).toMatchObject({ state: 'compensating', error: { code: 'task-not-done' } });
    expect(run.toItsEnd().state).toBe('failed');
    expect(run.target.get('down')).toBe('running');
  });

  it('of nothing undone parks what stands, and can be tried again', () => {
    const undoing = stage().untilTask('one', 'three').asked('cancel');
    undoing.reports('done', { one: 'done', three: 'done' }, { then: undoing.position.requestedVerb! });
    undoing.untilTask('one', 'three').reports('not-done', { one: 'not-done', three: 'not-done' });
    expect(undoing.state).toBe('needs-attention');
    expect([undoing.action('one').state, undoing.action('three').state]).toEqual(['parked', 'parked']);
    undoing.asked('retry').untilTask('one', 'three');
    expect(undoing.state).toBe('waiting-for-task');
  });

  it('of an undo that the target contradicts is asked for once more', () => {
    const run = given({ work: [making('one')], more: [making('two')] }).untilTask('one');
    run.reports('done', { one: 'done' }).cannotTell('one', 'no').until('apply two').fails('two', 'invalid');
    run.untilTask('one').reports('done', { one: 'done' });
    run.reads('one', 'one made');
    expect(run.action('one').lastError).toMatchObject({ code: 'report-contradicted' });
    run.untilTask('one').reports('done', { one: 'done' });
    run.reads('one', null);
    expect(run.state).toBe('failed');
    expect(run.action('one')).toMatchObject({ state: 'reverted', uncertain: null });
  });

  it('survives the worker that took it: another one looks at the target', () => {
    const run = stage().untilTask('one', 'three').reports('done', { one: 'done', three: 'done' });
    run.takenOver(1_000);
    expect(run.inTheAir.sort()).toEqual(['read one', 'read three']);
    run.untilTask('one', 'three');
    expect(run.state).toBe('completed');
  });
});

describe('What an action takes back', () => {
  it('is left alone where it was found so: a server that did not run is not started', () => {
    const run = given({
      work: [
        making('down', { kind: 'stop', before: 'running', after: 'stopped' }),
        making('up', { kind: 'start', before: 'stopped', after: 'running', stage: 2, onlyIfOurs: 1 }),
      ],
      verify: [],
    })
      .untilTask('down')
      .reports('done', { down: { before: 'stopped' } });
    run.untilTask('down');
    expect(run.state).toBe('completed');
    expect(run.calls).not.toContain('read up');
    expect(run.action('up')).toMatchObject({ state: 'done', ours: false });
  });
});

describe('A call whose outcome nobody knows', () => {
  it('is waited for before a person is asked to do the same', () => {
    const run = given({ work: [making('one')] })
      .until('apply one')
      .fails('one', 'unknown')
      .cannotTell('one', 'the driver was changed');
    expect(run.state).toBe('running');
    run.untilTask('one');
    expect(run.state).toBe('waiting-for-task');
    expect(run.action('one')).toMatchObject({ state: 'started', uncertain: null });
  });
});
