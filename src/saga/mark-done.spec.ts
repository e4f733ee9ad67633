import { describe, expect, it } from 'vitest';
import { finding, given, making } from './testing/given.js';

const marks = { evidence: 'CHG0012, looked at by two' };
const refused = { actions: [], findings: [finding('error', 'internal', 'no')] };

describe('mark-done on the way forward', () => {
  const parked = (extra: Parameters<typeof making>[1] = {}) =>
    given({ work: [making('one', extra), making('two', { stage: 2 })], verify: [] })
      .until('read one')
      .givesUp('one')
      .handedOver();

  it('looks first, keeps what it finds as the after-image with the evidence, and goes on', () => {
    const run = parked().asked('mark-done', marks);
    expect(run.inTheAir).toEqual(['read one']);
    expect(run.position.requestedVerb).not.toBeNull();
    run.reads('one', 'made by hand', { output: 7 });
    expect(run.action('one')).toMatchObject({
      state: 'done',
      ours: true,
      output: 7,
      marked: { image: 'made by hand', direction: 'forward', by: 'somebody', ...marks },
    });
    expect(run.decision.events).toContainEqual({
      type: 'operation.verb-applied',
      members: { verb: 'mark-done', by: 'somebody', reason: 'an example', ...marks },
    });
    expect(run.inTheAir).toEqual(['read two']);
    expect(run.position).toMatchObject({ state: 'running', error: null, waitingFor: null });
  });

  it('is taken back by a later undo, from what was found to what was there before', () => {
    const run = parked().asked('mark-done', marks).reads('one', 'made by hand').until('observe verify');
    run.answers({ type: 'observed', plan: refused }).until('read one').reads('one', 'made by hand');
    expect(run.inTheAir).toEqual(['revert one']);
    expect(run.does('one').state).toBe('failed');
  });

  it('has nothing to take back where nothing was done', () => {
    const run = parked().asked('mark-done', marks).reads('one', null);
    expect(run.action('one')).toMatchObject({ state: 'done', ours: false });
  });

  it('is refused for a created object that is not there, and says so; the operation stands as before', () => {
    const run = parked({ kind: 'create' }).asked('mark-done', marks).reads('one', null);
    expect(run.position).toMatchObject({
      state: 'needs-attention',
      requestedVerb: null,
      error: { code: 'retries-used-up' },
    });
    expect(run.position.waitingFor?.detail).toContain('mark-done-refused: create "one": it is not there');
    expect(run.events.at(-1)).toBe('operation.needs-attention');
    expect(run.events).not.toContain('operation.verb-applied');
    run.handedOver().asked('mark-done', marks).reads('one', 'there');
    expect(run.action('one').state).toBe('done');
  });

  it.each([
    ['cannot be read', (run: ReturnType<typeof parked>) => run.cannotTell('one', 'no answer')],
    ['could not be asked', (run: ReturnType<typeof parked>) => run.readFails('one', 'target-down')],
    ['is on its way', (run: ReturnType<typeof parked>) => run.reads('one', 'x', { underway: true })],
  ])('is refused when it %s', (_, answer) => {
    const run = answer(parked().asked('mark-done', marks));
    expect(run.position).toMatchObject({ state: 'needs-attention', requestedVerb: null });
    expect(run.position.waitingFor?.detail).toContain('mark-done-refused');
  });

  it('is asked again by whoever takes over while it was looking', () => {
    const run = parked().asked('mark-done', marks).takenOver(0);
    expect(run.inTheAir).toEqual(['read one']);
    // Nobody knows whether the former owner's call may still land.
    run.passes(10_000).reads('one', 'by hand');
    expect(run.action('one').marked).not.toBeNull();
  });
});

describe('mark-done in the undo', () => {
  const parked = (extra: Parameters<typeof making>[1] = {}) =>
    given({ work: [making('one', extra)], verify: refused })
      .until('read one')
      .until('observe verify')
      .until('read one')
      .reads('one', 'theirs')
      .handedOver();

  it('counts the undo as made, with what was found, and the end is what it would have been', () => {
    const run = parked().asked('mark-done', marks).reads('one', 'theirs, agreed');
    expect(run.action('one')).toMatchObject({
      state: 'reverted',
      marked: { image: 'theirs, agreed', direction: 'undo' },
    });
    expect(run.position).toMatchObject({ state: 'failed', leftBehind: [] });
  });

  it('is refused for a created object that is still there: skip says that it is left behind', () => {
    const run = parked({ kind: 'create' }).asked('mark-done', marks).reads('one', 'theirs');
    expect(run.position.waitingFor?.detail).toContain('still there; "skip"');
    run.handedOver().asked('mark-done', marks).reads('one', null);
    expect(run.state).toBe('failed');
  });
});
