import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type { Position } from '../../src/saga/position.js';
import type { Desired } from '../../src/solutions/desired.js';
import { expectedInterruption } from '../../src/solutions/rules/expected-interruption.js';
import type { LogLine } from './effects-log.js';
import { effectsSince } from './effects-log.js';
import { claims, desired, Lab } from './lab.js';
import { leaving, onboarded, run } from './later.js';
import { until } from '../saga/engine.js';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open({ startupMs: 60, shutdownMs: 40 }, { settleMs: 20 });
});
afterAll(() => lab.close());

/** The database's clock, which the service goes by, is known to it to within a call; here it is that of the simulator too. */
const clockMs = 250;

interface Clock {
  readonly name: string;
  readonly interruptedMs: number;
  readonly interruptions: number;
  readonly hasRunningPrimary: boolean;
}

const begin = async (switches: object, prepare: readonly object[] = []): Promise<void> => {
  await lab.control('POST', '/reset', { seed: 'default' });
  await lab.control('PUT', '/switches', { startupMs: 60, shutdownMs: 40, switchOverMs: 5, ...switches });
  for (const change of prepare) await lab.control('POST', '/change', change);
  await lab.control('POST', '/interruptions/reset');
};

/** What the platform has measured on the pair or the server of this name. */
const measured = async (name: string): Promise<Clock> => {
  const { servers } = (await lab.control('GET', '/interruptions')) as { servers: Clock[] };
  return servers.find((server) => server.name === name) as Clock;
};

const dbidOf = async (name: string): Promise<number> => {
  const { servers } = (await lab.control('GET', '/world')) as {
    servers: { application: number; name: string }[];
  };
  return servers.find((server) => server.name === name)?.application ?? 0;
};

const restart = (mode: Desired['restart']['mode']): Pick<Desired, 'restart'> => ({
  restart: { ...desired().restart, mode },
});

const oursMs = ({ interruptions }: Position): number =>
  interruptions.reduce((sumMs, { fromMs, untilMs }) => sumMs + (untilMs ?? NaN) - fromMs, 0);

/**
 * As often as the platform saw it, no shorter, and no longer than it took to see that it was over: it begins with the stop
 * that the log shows, and ends before the next effect after the start.
 */
async function expectSame(name: string, position: Position, after = 0): Promise<void> {
  const clock = await measured(name);
  expect(position.interruptions).toHaveLength(clock.interruptions);
  expect(position.serviceDown).toBe(false);
  expect(clock.hasRunningPrimary).toBe(true);
  expect(oursMs(position) + clockMs * clock.interruptions).toBeGreaterThanOrEqual(clock.interruptedMs);
  const lines = (await effectsSince(lab, after)) as readonly (LogLine & { readonly at: string })[];
  for (const { fromMs, untilMs } of position.interruptions) {
    const within = lines.filter(({ at }) => {
      const atMs = Date.parse(at);
      return atMs >= fromMs - clockMs && atMs <= (untilMs ?? 0) + clockMs;
    });
    expect(within.map(({ effect }) => effect)).toEqual(expect.arrayContaining(['stop', 'start']));
  }
}

const takeovers = ['takes-over', 'stays-backup', 'stops'] as const;
const accounts = ['accepted', 'mirrored', 'refused'] as const;
const modes = ['rolling', 'together'] as const;

const everySwitch = takeovers.flatMap((backupWhenPrimaryStops) =>
  accounts.map((pairAccountUpdate) => ({ backupWhenPrimaryStops, pairAccountUpdate })),
);

describe('The interruption of a pair, as the platform measures it and the operation says it', () => {
  it.each(everySwitch)(
    'is none for rolling: $backupWhenPrimaryStops, $pairAccountUpdate',
    async (switches) => {
      await begin(switches);
      const plan = await lab.plan(desired());
      expect(expectedInterruption(plan.actions, lab.targets.get('lab').config).expected).toBe('none');
      expect(plan.findings.map(({ code }) => code)).not.toContain('service-interruption');
      const id = uuidv7();
      const position = await run(lab, 'onboarding', desired(), id);
      const refused = switches.pairAccountUpdate === 'refused';
      expect([position.state, position.error?.code]).toEqual(
        refused ? ['failed', 'pair-account-refused'] : ['completed', undefined],
      );
      expect(await measured('IxnServer_Retail')).toMatchObject({ interruptedMs: 0, interruptions: 0 });
      expect(position.interruptions).toEqual([]);
    },
  );

  it.each(everySwitch)(
    'is the same for together: $backupWhenPrimaryStops, $pairAccountUpdate',
    async (switches) => {
      await begin(switches);
      const wanted = desired(restart('together'));
      const plan = await lab.plan(wanted);
      const { expected, atMostSeconds } = expectedInterruption(plan.actions, lab.targets.get('lab').config);
      expect(expected).toBe('temporary');
      const warning = plan.findings.find(({ code }) => code === 'service-interruption');
      expect(warning?.detail).toContain(`for at most ${atMostSeconds} s`);
      const position = await run(lab, 'onboarding', wanted, uuidv7());
      const refused = switches.pairAccountUpdate === 'refused';
      expect([position.state, position.error?.code]).toEqual(
        refused ? ['failed', 'pair-account-refused'] : ['completed', undefined],
      );
      await expectSame('IxnServer_Retail', position);
      // Where the platform refuses to set accounts in a pair, that is found out before anything is stopped.
      expect(position.interruptions).toHaveLength(refused ? 0 : 1);
      expect(oursMs(position)).toBeLessThanOrEqual((atMostSeconds ?? 0) * 1_000);
    },
  );
});

/** Effects on servers of each mode, in their order; the first two of `account` are the proofs. */
const prefixes: readonly (readonly [
  (typeof modes)[number],
  string,
  'IxnServer_Retail' | 'IxnServer_Retail_B',
  number,
])[] = [
  ['rolling', 'stop', 'IxnServer_Retail_B', 0],
  ['rolling', 'account', 'IxnServer_Retail_B', 1],
  ['rolling', 'start', 'IxnServer_Retail_B', 0],
  ['rolling', 'switch-over', 'IxnServer_Retail_B', 0],
  ['rolling', 'stop', 'IxnServer_Retail', 0],
  ['rolling', 'account', 'IxnServer_Retail', 1],
  ['rolling', 'start', 'IxnServer_Retail', 0],
  ['together', 'stop', 'IxnServer_Retail_B', 0],
  ['together', 'stop', 'IxnServer_Retail', 0],
  ['together', 'account', 'IxnServer_Retail', 1],
  ['together', 'account', 'IxnServer_Retail_B', 1],
  ['together', 'start', 'IxnServer_Retail', 0],
  ['together', 'start', 'IxnServer_Retail_B', 0],
];

describe('The undo of a prefix', () => {
  it.each(prefixes)(
    '%s, refused at %s of %s: the interruption is what the platform measures',
    async (...row) => {
      const [mode, what, name, skip] = row;
      await begin({});
      const before = await lab.control('GET', '/world');
      const dbid = await dbidOf(name);
      const path = what === 'account' ? `/account/${dbid}$` : `/applications/${dbid}/${what}$`;
      await lab.control('POST', '/faults', {
        match: { method: what === 'account' ? 'PUT' : 'POST', path },
        skip,
        fault: { kind: 'refuse', errorType: 13, objectType: 9 },
      });
      const position = await run(lab, 'onboarding', desired(restart(mode)), uuidv7());
      expect([position.state, position.error?.step]).toEqual(['failed', 'rebind-server']);
      expect(await lab.control('GET', '/world')).toEqual(before);
      await expectSame('IxnServer_Retail', position);
      if (mode === 'rolling') expect(position.interruptions).toEqual([]);
    },
  );
});

describe('A server without backup, and the way out', () => {
  const openList = {
    acl: {
      object: { type: 16, name: 'Claims opening hours' },
      account: { type: 21, name: 'Ixn servers base' },
      accessMask: 1,
    },
  };

  it('is interrupted once, and the plan says how long at most', async () => {
    await begin({}, [openList]);
    const position = await run(lab, 'onboarding', claims(), uuidv7());
    expect(position.state).toBe('completed');
    await expectSame('IxnServer_Claims', position);
    expect(position.interruptions).toHaveLength(1);
  });

  it('is interrupted until the undo has brought it back when it does not come up', async () => {
    await begin({});
    const position = await run(lab, 'onboarding', claims(), uuidv7());
    expect(position.state).toBe('failed');
    await expectSame('IxnServer_Claims', position);
    expect(position.interruptions).toHaveLength(1);
  });

  it.each(modes)('an offboarding whose servers run as before is as the onboarding, %s', async (mode) => {
    await begin({});
    const first = await onboarded(lab, desired(restart(mode)));
    await lab.control('POST', '/interruptions/reset');
    const { next } = (await lab.control('GET', '/log')) as { next: number };
    const position = await run(lab, 'offboarding', leaving(first, 'former'), first.solutionId);
    expect(position.state).toBe('completed');
    await expectSame('IxnServer_Retail', position, next);
    expect(position.interruptions).toHaveLength(mode === 'rolling' ? 0 : 1);
  });

  it('an offboarding that leaves the servers stopped says that it goes on, and the plan that it lasts', async () => {
    await begin({});
    const first = await onboarded(lab, desired());
    const wanted = leaving(first, 'stopped');
    const plan = await lab.plan(wanted, 'offboarding', first.solutionId);
    expect(expectedInterruption(plan.actions, lab.targets.get('lab').config).expected).toBe('lasting');
    const position = await run(lab, 'offboarding', wanted, first.solutionId);
    expect(position.interruptions).toEqual([{ fromMs: expect.any(Number) as number, untilMs: null }]);
    expect((await measured('IxnServer_Retail')).hasRunningPrimary).toBe(false);
  });
});

describe('Servers that others start and stop meanwhile', () => {
  const openList = {
    acl: {
      object: { type: 16, name: 'Claims opening hours' },
      account: { type: 21, name: 'Ixn servers base' },
      accessMask: 1,
    },
  };
  const status = (application: string, is: 1 | 6) => ({
    status: { application, status: is, runMode: is === 6 ? 'primary' : 'none' },
  });
  const autostart = {
    update: { object: { type: 9, name: 'IxnServer_Claims' }, annex: { sml: { autostart: 'true' } } },
  };
  /** The accounts that are written: first each proof, then each that is set. */
  const writing = async (name: string) => ({ method: 'PUT', path: `/account/${await dbidOf(name)}$` });
  const changeBefore = async (name: string, skip: number, change: object) =>
    lab.control('POST', '/faults', {
      match: await writing(name),
      skip,
      fault: { kind: 'change-behind', change },
    });
  const runningAs = async (name: string) => {
    const { servers } = (await lab.control('GET', '/world')) as {
      servers: { name: string; status: number; runningAs: object | null }[];
    };
    return servers.find((server) => server.name === name);
  };
  const system = { type: 21, dbid: 98 };

  /** It has come up as SYSTEM, and nothing shows it: only a server that was started by us is relied on. */
  async function expectUndone(position: Position, before: unknown): Promise<void> {
    expect(position).toMatchObject({
      state: 'failed',
      error: { code: 'changed-by-other', step: 'rebind-server' },
    });
    expect(await lab.control('GET', '/world')).toEqual(before);
    expect(await runningAs('IxnServer_Claims')).toMatchObject({ status: 6, runningAs: system });
    // Found running, it is stopped at once for the way back: one interruption for us, with the time it ran as SYSTEM in it.
    const clock = await measured('IxnServer_Claims');
    expect(clock).toMatchObject({ interruptions: 2, hasRunningPrimary: true });
    expect(position).toMatchObject({
      serviceDown: false,
      interruptions: [{ untilMs: expect.any(Number) as number }],
    });
    expect(oursMs(position) + clockMs).toBeGreaterThanOrEqual(clock.interruptedMs);
  }

  it('one that a person starts before its account is set is not taken for restarted', async () => {
    await begin({}, [openList]);
    const before = await lab.control('GET', '/world');
    await changeBefore('IxnServer_Claims', 1, status('IxnServer_Claims', 6));
    await expectUndone(await run(lab, 'onboarding', claims(), uuidv7()), before);
  });

  it('neither is one that the platform starts by itself', async () => {
    await begin({ autostart: true, autostartMs: 600 }, [openList, autostart]);
    const before = await lab.control('GET', '/world');
    const { id } = (await lab.control('POST', '/faults', {
      match: await writing('IxnServer_Claims'),
      skip: 1,
      fault: { kind: 'hold' },
    })) as { id: string };
    const ending = run(lab, 'onboarding', claims(), uuidv7());
    await until('the write is held', async () => {
      const { faults } = (await lab.control('GET', '/faults')) as { faults: { waiting: number }[] };
      return faults.some(({ waiting }) => waiting > 0);
    });
    await until(
      'the platform has started it',
      async () => (await runningAs('IxnServer_Claims'))?.status === 6,
    );
    await lab.control('DELETE', `/faults/${id}`);
    await expectUndone(await ending, before);
  });

  it('one that comes up again before its account is set back is restarted once more on the way back', async () => {
    await begin({}, [openList]);
    const before = await lab.control('GET', '/world');
    // The second write sets its account, the third sets it back: the Person it would run as is deleted then.
    for (const skip of [1, 2]) await changeBefore('IxnServer_Claims', skip, status('IxnServer_Claims', 6));
    const position = await run(lab, 'onboarding', claims(), uuidv7());
    expect(await runningAs('IxnServer_Claims')).toMatchObject({ status: 6, runningAs: system });
    expect(await lab.control('GET', '/world')).toEqual(before);
    expect(position).toMatchObject({ state: 'failed', leftBehind: [], serviceDown: false });
    const { interruptions } = position;
    expect(interruptions).toMatchObject([{ untilMs: expect.any(Number) as number }]);
  });

  it('so is one whose start is refused and that comes up by other hands before its account is set back', async () => {
    await begin({}, [openList]);
    const before = await lab.control('GET', '/world');
    const dbid = await dbidOf('IxnServer_Claims');
    await lab.control('POST', '/faults', {
      match: { method: 'POST', path: `/applications/${dbid}/start$` },
      fault: { kind: 'refuse', errorType: 13, objectType: 9 },
    });
    await changeBefore('IxnServer_Claims', 2, status('IxnServer_Claims', 6));
    const { next } = (await lab.control('GET', '/log')) as { next: number };
    const position = await run(lab, 'onboarding', claims(), uuidv7());
    expect(position).toMatchObject({ state: 'failed', leftBehind: [], serviceDown: false });
    expect(await lab.control('GET', '/world')).toEqual(before);
    const effects = (await effectsSince(lab, next)).map(({ effect }) => effect);
    expect(effects.filter((effect) => effect === 'stop' || effect === 'start')).toEqual([
      'stop',
      'stop',
      'start',
    ]);
  });

  it('one that a person stops before the operation does is started, and its interruption is not ours', async () => {
    await begin({}, [openList]);
    await changeBefore('IxnServer_Claims', 0, status('IxnServer_Claims', 1));
    const position = await run(lab, 'onboarding', claims(), uuidv7());
    expect(position).toMatchObject({ state: 'completed', interruptions: [], serviceDown: false });
    expect(await measured('IxnServer_Claims')).toMatchObject({ interruptions: 1, hasRunningPrimary: true });
    expect((await runningAs('IxnServer_Claims'))?.runningAs).toMatchObject({ type: 3 });
  });

  it('the serving one of a pair that a person stops while the other is down: the same', async () => {
    await begin({});
    await changeBefore('IxnServer_Retail_B', 1, status('IxnServer_Retail', 1));
    const position = await run(lab, 'onboarding', desired(), uuidv7());
    expect(position).toMatchObject({ state: 'completed', interruptions: [], serviceDown: false });
    expect(await measured('IxnServer_Retail')).toMatchObject({ interruptions: 1, hasRunningPrimary: true });
    for (const name of ['IxnServer_Retail', 'IxnServer_Retail_B'])
      expect(await runningAs(name)).toMatchObject({ status: 6, runningAs: { type: 3 } });
  });
});

it('a platform that starts a server again after each stop: seen as often as it happens, and handed to a person', async () => {
  const own = await Lab.open({ startupMs: 400, shutdownMs: 400 }, { settleMs: 20 });
  try {
    await own.control('PUT', '/switches', { autostart: true, autostartMs: 0 });
    const annex = { sml: { autostart: 'true' } };
    await own.control('POST', '/change', {
      update: { object: { type: 9, name: 'IxnServer_Claims' }, annex },
    });
    await own.control('POST', '/interruptions/reset');
    const position = await run(own, 'onboarding', claims(), uuidv7());
    expect(position).toMatchObject({ state: 'needs-attention', serviceDown: false });
    expect(position.error?.detail).toContain('came back to "running"');
    const { servers } = (await own.control('GET', '/interruptions')) as { servers: Clock[] };
    const clock = servers.find(({ name }) => name === 'IxnServer_Claims');
    expect(clock).toMatchObject({ interruptions: 3, hasRunningPrimary: true });
    expect(position.interruptions).toHaveLength(3);
    expect(oursMs(position) + 3 * clockMs).toBeGreaterThanOrEqual(clock?.interruptedMs ?? 0);
  } finally {
    await own.close();
  }
});
