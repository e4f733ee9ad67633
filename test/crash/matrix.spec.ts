import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desired } from '../../src/solutions/desired.js';
import { claims, desired } from '../onboarding/lab.js';
import type { LogLine, Moment } from './crash-lab.js';
import { copyFolder, CrashLab, openFolder } from './crash-lab.js';

/** Effects of the two runs, in order, as an undisturbed run sends them; a test below counts them anew. */
const scenarios: { name: string; wanted: Desired; effects: number; ends: 'completed' | 'failed' }[] = [
  { name: 'a pair, rolling, going forward', wanted: desired(), effects: 18, ends: 'completed' },
  {
    name: 'a server that does not come up, forward and undoing',
    wanted: claims(),
    effects: 22,
    ends: 'failed',
  },
];
const moments: Moment[] =
  process.env['CRASH_MATRIX'] === 'full' ? ['before', 'late', 'after'] : ['before', 'after'];

let template: string;
const reference = new Map<string, { world: unknown; log: string[]; effects: number }>();

/** Starts and stops of servers may be tried more often after a crash; everything else happens once. */
const once = (log: readonly LogLine[]): string[] =>
  log
    .filter(
      ({ actor, effect }) => actor !== 'self' && !['start', 'stop', 'switch-over', 'status'].includes(effect),
    )
    .map(({ effect, object }) => `${effect} ${object.type} ${object.name}`)
    .sort();

beforeAll(async () => {
  const first = await CrashLab.open(null);
  template = path.join(await openFolder(), 'data');
  await first.start();
  await first.stop();
  copyFolder(first.dataDir, template);
  await first.close();
  for (const { name, wanted } of scenarios) {
    const lab = await CrashLab.open(template);
    await lab.control('POST', '/faults', {
      match: { effects: true },
      fault: { kind: 'delay', ms: 0 },
      times: null,
    });
    await lab.start();
    await lab.untilDone((await lab.onboard(wanted)).href);
    reference.set(name, {
      world: await lab.world(),
      log: once(await lab.log()),
      effects: await lab.effectCalls(),
    });
    await lab.close();
  }
});

afterAll(async () => {
  await rm(path.dirname(template), { recursive: true, force: true });
});

describe.each(scenarios)('Killed in $name', ({ name, wanted, effects, ends }) => {
  it('has as many effects as the matrix below kills at', () => {
    expect(reference.get(name)?.effects).toBe(effects);
  });

  describe.each(moments)('%s the effect', (moment) => {
    it.concurrent.each(Array.from({ length: effects }, (_, n) => n))(
      'of call %i, it goes on after the next start',
      async (n) => {
        const lab = await CrashLab.open(template);
        try {
          const before = await lab.world();
          await lab.start();
          await lab.hold(n, moment);
          const accepted = await lab.onboard(wanted);
          await lab.untilHeld();
          await lab.stop('SIGKILL');
          await lab.control('DELETE', '/faults');
          await lab.start();
          const operation = await lab.untilDone(accepted.href);
          expect(operation.state, JSON.stringify(operation)).toBe(ends);
          expect(await lab.world()).toEqual(ends === 'completed' ? reference.get(name)?.world : before);
          expect(once(await lab.log())).toEqual(reference.get(name)?.log);
          const sequences = await lab.sequences(operation.solution.id);
          expect(sequences).toEqual(sequences.map((_, index) => index + 1));
        } finally {
          await lab.close();
        }
      },
    );
  });
});
