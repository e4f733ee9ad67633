import { describe, expect, it } from 'vitest';
import { CarryOut } from './carry-out.js';
import type { Seen } from './effect.js';
import { Effect, freshMs } from './effect.js';
import type { Json } from './json.js';
import type { Locks } from './locks.js';
import type { Outcome } from './outcome.js';
import { Sagas } from './saga.js';
import { beganAtMs, given, making } from './testing/given.js';
import type { WorkerLease } from './worker-lease.js';

const foreseeing = (image: Json, atMs: number = beganAtMs) =>
  given({ work: { actions: [making('one')], seen: new Map([[1, { image, atMs }]]) }, verify: [] });

describe('What a step saw while it planned', () => {
  it('stands in place of the read before the effect', () => {
    const run = foreseeing(null).until('apply one');
    expect(run.calls).toEqual(['observe work', 'apply one']);
    expect(run.action('one')).toMatchObject({ state: 'started', ours: true, attempts: 1 });
  });

  it('is handed to the effect with its token', () => {
    const seen = new Map<number, Seen>([[1, { image: null, token: 'etag', atMs: beganAtMs }]]);
    const run = given({ work: { actions: [making('one')], seen } }).until('apply one');
    expect(run.handed('apply one')).toMatchObject({ image: null, token: 'etag' });
  });

  it('is not believed when it is old: the object is read as ever', () => {
    const run = foreseeing(null, beganAtMs - freshMs - 1).until('apply one');
    expect(run.calls).toEqual(['observe work', 'read one', 'apply one']);
  });

  it('is not believed a second time: a retry reads', () => {
    const run = foreseeing(null).until('apply one').fails('one', 'transient').after(1_000);
    expect(run.inTheAir).toEqual(['read one']);
  });

  it('says that somebody else was there before us: done, not ours, nothing sent', () => {
    const run = foreseeing('one made').until('observe verify');
    expect(run.action('one')).toMatchObject({ state: 'done', ours: false });
    expect(run.calls).not.toContain('apply one');
  });

  it('turns the run round when it is neither image, and begins nothing more', () => {
    const actions = [making('one'), making('two')];
    const seen = new Map([[1, { image: 'by hand', atMs: beganAtMs }]]);
    const run = given({ work: { actions, seen } }).toItsEnd();
    expect(run.state).toBe('failed');
    expect(run.calls).toEqual(['observe work']);
  });
});

/** An effect on a register, and what it was told. */
class Register extends Effect {
  applied: Seen[] = [];
  reads = 0;
  constructor(private readonly image: Json) {
    super();
  }
  override handles = () => true;
  override read(): Promise<Seen> {
    this.reads += 1;
    return Promise.resolve({ image: this.image, token: 'new' });
  }
  override apply(...[, , seen]: Parameters<Effect['apply']>): ReturnType<Effect['apply']> {
    this.applied.push(seen);
    return Promise.resolve({ effected: 'done' });
  }
  override revert = this.apply.bind(this);
}

describe('An effect that is sent long after its object was read', () => {
  const send = async (register: Register, seen: Seen): Promise<Outcome> => {
    const lease = { nowMs: () => beganAtMs, beforeSend: () => undefined } as unknown as WorkerLease;
    const carryOut = new CarryOut(new Sagas([], [register]), lease, {} as unknown as Locks);
    const { position } = given({ work: [making('one')] }).until('apply one');
    return carryOut.do({ do: 'apply', key: '0/1', seen }, position, '1');
  };

  it('is sent on what is read now, when that is the same', async () => {
    const register = new Register(null);
    const outcome = await send(register, { image: null, token: 'old', atMs: beganAtMs - freshMs - 1 });
    expect(outcome).toMatchObject({ type: 'effected' });
    expect(register.applied).toMatchObject([{ token: 'new' }]);
  });

  it('is not sent when the object holds something else by now', async () => {
    const register = new Register('by hand');
    const outcome = await send(register, { image: null, atMs: beganAtMs - freshMs - 1 });
    expect(outcome).toMatchObject({ type: 'effect-failed', failure: { class: 'conflict' } });
    expect(register.applied).toEqual([]);
  });

  it('costs no further read while what was read is fresh', async () => {
    const register = new Register('by hand');
    await send(register, { image: null, token: 'old', atMs: beganAtMs - freshMs });
    expect(register.applied).toMatchObject([{ token: 'old' }]);
    expect(register.reads).toBe(0);
  });
});
