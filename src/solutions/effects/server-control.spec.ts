import { describe, expect, it } from 'vitest';
import { reading } from '../../saga/call.js';
import type { Effect, ResolvedAction } from '../../saga/effect.js';
import { action, world } from '../testing/world.js';
import { ServerStateEffect } from './server-state.effect.js';
import { SwitchOverEffect } from './switch-over.effect.js';

const object = { type: 9, name: 'IxnServer_Shared', dbid: 152 };
const stop = (changes: Partial<ResolvedAction> = {}) =>
  action({
    kind: 'stop',
    object,
    before: 'running',
    after: 'stopped',
    input: { stopMode: 'graceful-then-forced' },
    ...changes,
  });
const start = (changes: Partial<ResolvedAction> = {}) =>
  action({
    kind: 'start',
    object,
    before: 'stopped',
    after: 'running',
    input: { stopMode: 'graceful-then-forced' },
    ...changes,
  });

function at(status: number) {
  const platform = world();
  platform.status(152, status, 'none');
  const effect: Effect = new ServerStateEffect(platform.targets);
  return { platform, effect };
}

describe('the state of a server', () => {
  it.each([
    [1, { image: 'stopped' }, { image: 'stopped' }],
    [6, { image: 'running' }, { image: 'running' }],
    [8, { image: 'running' }, { image: 'stopped', underway: true }],
    ...[2, 3, 4, 5, 7].map(
      (status) =>
        [status, { image: 'running', underway: true }, { image: 'stopped', underway: true }] as const,
    ),
  ] as const)('%i reads for a stop as %o and for a start as %o', async (status, forStop, forStart) => {
    const { effect } = at(status);
    expect(await effect.read(reading, stop())).toEqual(forStop);
    expect(await effect.read(reading, start())).toEqual(forStart);
  });

  it('0 is asked for again, because nobody knows', async () => {
    const { effect, platform } = at(0);
    await expect(effect.read(reading, stop())).rejects.toMatchObject({ errorClass: 'transient' });
    platform.statuses.delete(152);
    await expect(effect.read(reading, stop())).rejects.toMatchObject({ errorClass: 'transient' });
  });

  it('is changed by a stop and brought back by its undo, each taken and not yet there', async () => {
    const { effect, platform } = at(6);
    expect(await effect.apply(reading, stop(), { image: 'running' })).toEqual({ effected: 'accepted' });
    expect(await effect.read(reading, stop())).toEqual({ image: 'stopped' });
    expect(await effect.revert(reading, stop(), { image: 'stopped' })).toEqual({ effected: 'accepted' });
    expect(await effect.read(reading, stop())).toEqual({ image: 'running' });
    expect(platform.log).toEqual(['graceful stop 152', 'start 152']);
  });

  it('is read back when the answer was lost', async () => {
    const { effect, platform } = at(6);
    platform.loseNextAnswer();
    await expect(effect.apply(reading, stop(), { image: 'running' })).rejects.toMatchObject({
      errorClass: 'unknown',
    });
    expect(await effect.read(reading, stop())).toEqual({ image: 'stopped' });
  });

  it.each([
    ['graceful-then-forced', 1, false, 'graceful stop 152'],
    ['graceful-then-forced', 2, false, 'graceful stop 152'],
    ['graceful-then-forced', 3, false, 'stop 152'],
    ['graceful-then-forced', 2, true, 'stop 152'],
    ['graceful', 3, true, 'graceful stop 152'],
    ['forced', 1, false, 'stop 152'],
  ])(
    'is changed by a stop that is %s, attempt %i, overdue %s, with a %s',
    async (stopMode, attempt, underway, line) => {
      const { effect, platform } = at(6);
      await effect.apply(reading, stop({ input: { stopMode }, attempt }), { image: 'running', underway });
      expect(platform.log).toEqual([line]);
    },
  );

  it.each([
    ['graceful-then-forced', 'stop 152'],
    ['forced', 'stop 152'],
    ['graceful', 'graceful stop 152'],
  ])('is brought back after a start with stop mode %s by a %s', async (stopMode, line) => {
    const { effect, platform } = at(7);
    await effect.revert(reading, start({ input: { stopMode } }), { image: 'stopped', underway: true });
    expect(platform.log).toEqual([line]);
  });

  it('rejects a start that does not arrive, without sending anything', async () => {
    const { effect, platform } = at(7);
    const overdue = effect.apply(reading, start({ attempt: 2 }), { image: 'stopped', underway: true });
    await expect(overdue).rejects.toMatchObject({ errorClass: 'invalid', code: 'server-not-started' });
    expect(platform.log).toEqual([]);
  });
});

describe('a switch-over', () => {
  const planned = action({
    kind: 'switch-over',
    object: {
      type: 9,
      name: 'IxnServer_Retail_B',
      dbid: 151,
      for: { type: 9, name: 'IxnServer_Retail', dbid: 150 },
    },
    before: { primary: 'IxnServer_Retail' },
    after: { primary: 'IxnServer_Retail_B' },
  });

  it('makes one server primary and, undone, the other one again', async () => {
    const platform = world();
    const effect: Effect = new SwitchOverEffect(platform.targets);
    const before = platform.snapshot();
    expect(await effect.read(reading, planned)).toEqual({ image: planned.before });
    expect(await effect.apply(reading, planned, { image: planned.before })).toEqual({ effected: 'accepted' });
    expect(await effect.read(reading, planned)).toEqual({ image: planned.after });
    expect(await effect.revert(reading, planned, { image: planned.after })).toEqual({ effected: 'accepted' });
    expect(platform.snapshot()).toBe(before);
  });

  it.each([
    ['both are', 6, 'primary', 6, 'primary', true],
    ['none is', 6, 'backup', 6, 'backup', true],
    ['the one that was is on its way down', 2, 'primary', 6, 'backup', true],
    ['none runs', 1, 'none', 1, 'none', false],
  ] as const)(
    'waits for the pair where %s primary, as long as one lives',
    async (_, a, modeA, b, modeB, underway) => {
      const platform = world();
      platform.status(150, a, modeA);
      platform.status(151, b, modeB);
      const seen = await new SwitchOverEffect(platform.targets).read(reading, planned);
      expect(seen).toEqual(underway ? { image: { primary: null }, underway } : { image: { primary: null } });
    },
  );
});
