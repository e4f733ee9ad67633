import { describe, expect, it } from 'vitest';
import type { PlannedAction } from '../../saga/action.js';
import type { Desired } from '../desired.js';
import type { RunMode } from '../ports/application-control.js';
import type { RebindInput, ServerNow } from './rebind-input.js';
import { runsAfter, serversNow } from './rebind-input.js';
import { planRebind } from './rebind.js';

const system = { type: 21, dbid: 98 };
const person = { type: 3, dbid: 120 };

const server = (name: string, dbid: number, runMode: RunMode | 'stopped', account = system): ServerNow => ({
  name,
  dbid,
  running: runMode !== 'stopped',
  runMode: runMode === 'stopped' ? 'none' : runMode,
  account,
  startupTimeoutMs: 90_000,
  shutdownTimeoutMs: 60_000,
});

const input = (
  primary: ServerNow,
  backup: ServerNow | null,
  restart: Partial<Desired['restart']> = {},
): RebindInput => ({
  primary,
  backup,
  account: { type: 3, name: 'ixn-retail', dbid: 120 },
  accountDbid: 120,
  restart: { mode: 'rolling', stopMode: 'graceful-then-forced', startAfter: 'as-found', ...restart },
  settleMs: 5_000,
});

/** "2 stop B opens lost": stage, kind, server and flags. */
const lines = (actions: readonly PlannedAction[]): string[] =>
  actions.map(({ stage, kind, object, outage, service, always }) =>
    [stage, always === true ? 'prove' : kind, object.name, outage, service]
      .filter((part) => part !== undefined)
      .join(' '),
  );

const plan = (...args: Parameters<typeof input>): string[] => lines(planRebind(input(...args)).actions);

describe('planRebind', () => {
  it('proves the right to set the account before it stops a server without backup', () => {
    expect(plan(server('A', 1, 'primary'), null)).toEqual([
      '1 prove A',
      '2 stop A opens lost',
      '3 set-account A',
      '4 start A closes restored',
    ]);
  });

  it('takes a rolling pair one server after the other, and never loses service', () => {
    expect(plan(server('A', 1, 'primary'), server('B', 2, 'backup'))).toEqual([
      '1 prove A',
      '1 prove B',
      '2 stop B opens',
      '3 set-account B',
      '4 start B closes',
      '5 switch-over B',
      '6 stop A',
      '7 set-account A',
      '8 start A closes',
    ]);
  });

  it('starts with the configured primary when the backup serves now', () => {
    expect(plan(server('A', 1, 'backup'), server('B', 2, 'primary')).slice(2)).toEqual([
      '2 stop A opens',
      '3 set-account A',
      '4 start A closes',
      '5 switch-over A',
      '6 stop B',
      '7 set-account B',
      '8 start B closes',
    ]);
  });

  it.each([
    // Each stop, and what is set until the same server is started: set on one of a pair, it may show on both.
    ['rolling', { B: ['set-account B'], A: ['set-account A'] }],
    ['together', { B: ['set-account B', 'set-account A'], A: ['set-account A', 'set-account B'] }],
  ] as const)('says what a server is stopped for: %s', (mode, expected) => {
    const { actions } = planRebind(input(server('A', 1, 'primary'), server('B', 2, 'backup'), { mode }));
    const set = (number: number) => `${actions[number - 1]?.kind} ${actions[number - 1]?.object.name}`;
    const stops = actions.filter(({ kind }) => kind === 'stop');
    expect(
      Object.fromEntries(stops.map(({ object, stoppedFor }) => [object.name, stoppedFor?.map(set)])),
    ).toEqual(expected);
  });

  it('stops the backup first and starts the primary first when a pair is restarted together', () => {
    expect(plan(server('A', 1, 'primary'), server('B', 2, 'backup'), { mode: 'together' }).slice(2)).toEqual([
      '2 stop B opens',
      '3 stop A lost',
      '4 set-account A',
      '5 set-account B',
      '6 start A closes restored',
      '7 start B closes',
    ]);
  });

  it('binds a stopped backup before the outage and leaves it stopped', () => {
    expect(plan(server('A', 1, 'primary'), server('B', 2, 'stopped')).slice(2)).toEqual([
      '2 set-account B',
      '3 stop A opens lost',
      '4 set-account A',
      '5 start A closes restored',
    ]);
  });

  it('starts a stopped backup that shall run, and switches over to it without losing service', () => {
    expect(
      plan(server('A', 1, 'primary'), server('B', 2, 'stopped'), { startAfter: 'running' }).slice(2),
    ).toEqual([
      '2 set-account B',
      '3 start B',
      '4 switch-over B',
      '5 stop A opens',
      '6 set-account A',
      '7 start A closes',
    ]);
  });

  it('sets accounts only where nothing runs and nothing shall', () => {
    expect(plan(server('A', 1, 'stopped'), server('B', 2, 'stopped')).slice(2)).toEqual([
      '2 set-account A',
      '3 set-account B',
    ]);
  });

  it('closes the outage with the last action where nothing shall run again', () => {
    expect(plan(server('A', 1, 'primary'), null, { startAfter: 'stopped' }).slice(1)).toEqual([
      '2 stop A opens lost',
      '3 set-account A closes',
    ]);
  });

  it('leaves a partner alone that has its account already', () => {
    expect(plan(server('A', 1, 'primary'), server('B', 2, 'backup', person))).toEqual([
      '1 prove A',
      '2 switch-over B',
      '3 stop A opens',
      '4 set-account A',
      '5 start A closes',
    ]);
    const together = { mode: 'together' } as const;
    expect(plan(server('A', 1, 'primary'), server('B', 2, 'backup', person), together)).toEqual([
      '1 prove A',
      '2 stop A opens doubtful',
      '3 set-account A',
      '4 start A closes restored',
    ]);
    expect(plan(server('A', 1, 'primary', person), server('B', 2, 'backup'))).toEqual([
      '1 prove B',
      '2 stop B opens',
      '3 set-account B',
      '4 start B closes',
    ]);
  });

  it('is empty where every server has its account', () => {
    expect(
      plan(server('A', 1, 'primary', person), server('B', 2, 'stopped', person), { startAfter: 'running' }),
    ).toEqual([]);
  });

  it('refuses a rolling restart of a pair that runs without exactly one primary, and takes it together', () => {
    for (const mode of ['backup', 'primary', 'none'] as const) {
      const pair = [server('A', 1, mode), server('B', 2, mode)] as const;
      expect(planRebind(input(...pair))).toMatchObject({
        actions: [],
        findings: [{ severity: 'error', code: 'run-modes-unclear' }],
      });
      expect(plan(...pair, { mode: 'together' })).toHaveLength(8);
    }
  });

  it('says that the run modes stay swapped after a switch-over', () => {
    const { findings } = planRebind(input(server('A', 1, 'primary'), server('B', 2, 'backup')));
    expect(findings).toMatchObject([
      { severity: 'warning', code: 'run-modes-swapped', object: { name: 'B' } },
    ]);
    expect(planRebind(input(server('A', 1, 'primary'), null)).findings).toEqual([]);
  });

  it('writes down what each action finds, makes, waits for and may be mirrored by', () => {
    const { actions } = planRebind(input(server('A', 1, 'primary'), server('B', 2, 'backup')));
    expect(actions[0]).toEqual({
      kind: 'set-account',
      object: { type: 9, name: 'A', dbid: 1 },
      before: system,
      after: system,
      stage: 1,
      always: true,
      input: { pair: true },
    });
    expect(actions[2]).toMatchObject({
      before: 'running',
      after: 'stopped',
      input: { stopMode: 'graceful-then-forced' },
      underwayMs: 100_000,
      overdue: 'apply-again',
    });
    expect(actions[3]).toEqual({
      kind: 'set-account',
      object: { type: 9, name: 'B', dbid: 2, for: { type: 3, name: 'ixn-retail', dbid: 120 } },
      before: system,
      after: person,
      stage: 3,
      input: { pair: true },
      causedBy: [8],
    });
    expect(actions[4]).toMatchObject({ before: 'stopped', after: 'running', holdMs: 5_000 });
    expect(actions[5]).toMatchObject({
      object: { name: 'B', for: { name: 'A' } },
      before: { primary: 'A' },
      after: { primary: 'B' },
      holdMs: 5_000,
    });
    expect(actions[7]).toMatchObject({ causedBy: [4] });
    expect(actions[8]).not.toHaveProperty('holdMs');
  });

  it('counts a graceful stop that is overdue as a failure where force is not asked for', () => {
    const { actions } = planRebind(input(server('A', 1, 'primary'), null, { stopMode: 'graceful' }));
    expect(actions[1]).toMatchObject({ kind: 'stop', overdue: 'fail' });
  });

  it("waits by the platform's own time-outs where the application gives none", () => {
    const { actions } = planRebind(
      input({ ...server('A', 1, 'primary'), startupTimeoutMs: 0, shutdownTimeoutMs: 0 }, null),
    );
    expect(actions[1]).toMatchObject({ underwayMs: 100_000 });
  });
});

const modes = ['rolling', 'together'] as const;
const afters = ['as-found', 'running', 'stopped'] as const;
const pairs: [RunMode | 'stopped', RunMode | 'stopped' | null][] = [
  ['none', null],
  ['primary', null],
  ['stopped', null],
  ['primary', 'backup'],
  ['backup', 'primary'],
  ['primary', 'stopped'],
  ['stopped', 'primary'],
  ['stopped', 'stopped'],
];
const accounts = [system, person];

const shapes = modes.flatMap((mode) =>
  afters.flatMap((startAfter) =>
    pairs.flatMap(([a, b]) =>
      accounts.flatMap((accountA) =>
        accounts.map((accountB) =>
          input(server('A', 1, a, accountA), b === null ? null : server('B', 2, b, accountB), {
            mode,
            startAfter,
          }),
        ),
      ),
    ),
  ),
);

/** Carries the plan out on paper; throws where an action does not find its before-image. */
function carryOut(shape: RebindInput): {
  running: Map<number, boolean>;
  accounts: Map<number, unknown>;
  serviceLost: boolean;
  inDoubt: boolean;
} {
  const { actions } = planRebind(shape);
  const running = new Map(serversNow(shape).map((one) => [one.dbid, one.running]));
  const bound = new Map<number, unknown>(serversNow(shape).map((one) => [one.dbid, one.account]));
  const ran = [...running.values()].some(Boolean);
  let serviceLost = false;
  let inDoubt = false;
  let serving = serversNow(shape).find((one) => one.running && one.runMode === 'primary')?.dbid ?? 0;
  for (const { kind, object, before, after } of actions) {
    const dbid = object.dbid as number;
    if (kind === 'stop' || kind === 'start') {
      expect(running.get(dbid)).toBe(before === 'running');
      running.set(dbid, after === 'running');
    }
    if (kind === 'switch-over') serving = dbid;
    // Whether the other one takes over is up to the platform.
    if (kind === 'stop') inDoubt ||= dbid === serving && [...running.values()].some(Boolean);
    if (kind === 'switch-over') expect([...running.values()]).toEqual([true, true]);
    if (kind === 'set-account') {
      expect(bound.get(dbid)).toEqual(before);
      if (JSON.stringify(before) !== JSON.stringify(after)) expect(running.get(dbid)).toBe(false);
      bound.set(dbid, after);
    }
    serviceLost ||= ran && ![...running.values()].some(Boolean);
  }
  return { running, accounts: bound, serviceLost, inDoubt };
}

describe(`a plan for each of ${shapes.length} shapes of solo and pair, mode, state, account and startAfter`, () => {
  it('ends with every server bound, and running as asked for', () => {
    for (const shape of shapes) {
      const { actions } = planRebind(shape);
      const { running, accounts: bound } = carryOut(shape);
      for (const one of serversNow(shape)) {
        expect(bound.get(one.dbid), nameOf(shape)).toEqual(person);
        const isTouched = actions.some(({ object, always }) => object.dbid === one.dbid && always !== true);
        if (!isTouched || one.account === person) continue;
        expect(running.get(one.dbid), nameOf(shape)).toBe(runsAfter(one, shape.restart.startAfter));
      }
    }
  });

  it('marks service as lost or in doubt exactly where none runs or only a backup does, and as restored where one runs again', () => {
    for (const shape of shapes) {
      const { actions } = planRebind(shape);
      const { serviceLost, inDoubt } = carryOut(shape);
      const isRestored = (serviceLost || inDoubt) && actions.some(({ kind }) => kind === 'start');
      const marks = actions.flatMap(({ service }) => (service === undefined ? [] : [service]));
      expect(marks, nameOf(shape)).toEqual([
        ...(inDoubt ? ['doubtful'] : []),
        ...(serviceLost ? ['lost'] : []),
        ...(isRestored ? ['restored'] : []),
      ]);
    }
  });

  it('opens the outage at the first stop and closes it after the last one', () => {
    for (const shape of shapes) {
      const { actions } = planRebind(shape);
      const opened = actions.findIndex(({ outage }) => outage === 'opens');
      expect(opened, nameOf(shape)).toBe(actions.findIndex(({ kind }) => kind === 'stop'));
      const closed = actions.map(({ outage }) => outage === 'closes').lastIndexOf(true);
      const lastStop = actions.map(({ kind }) => kind).lastIndexOf('stop');
      expect(closed > lastStop, nameOf(shape)).toBe(lastStop >= 0);
    }
  });

  it('proves first, on every server it will bind and on no other', () => {
    for (const shape of shapes) {
      const { actions } = planRebind(shape);
      const unlike = serversNow(shape).filter((one) => one.account !== person);
      const proofs = actions.filter(({ always }) => always === true);
      expect(
        proofs.map(({ object }) => object.name),
        nameOf(shape),
      ).toEqual(unlike.map(({ name }) => name));
      expect(
        actions.filter(({ stage }) => stage === 1),
        nameOf(shape),
      ).toEqual(proofs);
    }
  });
});

function nameOf({ primary, backup, restart }: RebindInput): string {
  const say = (one: ServerNow) =>
    `${one.running ? one.runMode : 'stopped'}${one.account === person ? ' bound' : ''}`;
  return `${say(primary)}${backup === null ? '' : ` with ${say(backup)}`}, ${restart.mode}, ${restart.startAfter}`;
}
