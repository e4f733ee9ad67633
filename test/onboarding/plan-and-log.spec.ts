import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type { Position } from '../../src/saga/position.js';
import type { Desired } from '../../src/solutions/desired.js';
import { expectedInterruption } from '../../src/solutions/rules/expected-interruption.js';
import type { LogLine } from './effects-log.js';
import { effectOf, effectsOf, effectsSince, namesAt } from './effects-log.js';
import { setUpByHand, whole } from './by-hand.js';
import { claims, desired, Lab } from './lab.js';
import { changing, leaving, onboarded, run } from './later.js';

let lab: Lab;
beforeAll(async () => {
  const config = { settleMs: 20, baseAccessGroups: ['Ixn servers base', 'Routing designers'] };
  lab = await Lab.open({ startupMs: 4, shutdownMs: 4 }, config);
  await lab.control('PUT', '/switches', { switchOverMs: 1 });
});
afterAll(() => lab.close());

/** What somebody else does to the platform. */
type Prepare = readonly object[];
const nothing: Prepare = [];

const base = { type: 21, name: 'Ixn servers base' };
const group = { type: 21, name: 'retail-email-account' };
const person = { type: 3, name: 'ixn-retail-email' };
const script = (name: string) => ({ type: 12, name, tenantDbid: 1 });
const stopped = (application: string) => ({ status: { application, status: 1, runMode: 'none' } });
const entry = (name: string, account: object, accessMask: number | null) => ({
  acl: { object: script(name), account, accessMask },
});
/** The claims server comes up under any account of the base group. */
const openList = {
  acl: { object: { type: 16, name: 'Claims opening hours' }, account: base, accessMask: 1 },
};
const twoDaps = {
  connections: {
    application: 'IxnServer_Retail',
    servers: ['DAP_IxnServer_Retail', 'DAP_Contacts', 'MessageServer', 'ContactServer'],
  },
};
const bothStopped = [stopped('IxnServer_Retail'), stopped('IxnServer_Retail_B')];
const swapped = [
  { status: { application: 'IxnServer_Retail', status: 6, runMode: 'backup' } },
  { status: { application: 'IxnServer_Retail_B', status: 6, runMode: 'primary' } },
];

type Restart = Partial<Desired['restart']>;
const restart = (changes: Restart): Pick<Desired, 'restart'> => ({
  restart: { ...desired().restart, ...changes },
});

async function begin(prepare: Prepare): Promise<void> {
  await lab.control('POST', '/reset', { seed: 'default' });
  await behind(prepare);
}

async function behind(prepare: Prepare): Promise<void> {
  for (const change of prepare) await lab.control('POST', '/change', change);
}

const lastLine = async (): Promise<number> => ((await lab.control('GET', '/log')) as { next: number }).next;

/** How often the platform has seen a server or pair without a running primary. */
async function interruptions(): Promise<number> {
  const { servers } = (await lab.control('GET', '/interruptions')) as {
    servers: { interruptions: number }[];
  };
  return servers.reduce((sum, one) => sum + one.interruptions, 0);
}

/** Plans it, runs it, and compares what the plan lists with what the platform saw. @returns the run and its effects */
async function comparePlanWithLog(
  kind: string,
  wanted: Desired,
  solution: string,
): Promise<{ position: Position; effects: readonly string[]; expected: string }> {
  const before = await lastLine();
  const plan = await lab.plan(wanted, kind, solution);
  expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(await lastLine()).toBe(before);
  await lab.control('POST', '/interruptions/reset');
  const position = await run(lab, kind, wanted, solution);
  expect([position.state, position.error]).toEqual(['completed', null]);
  const lines: readonly LogLine[] = await effectsSince(lab, before);
  const nameOf = await namesAt(lab, lines);
  const effects = lines.flatMap((line) => effectsOf(line, nameOf));
  // The present account written back proves the right to write, and changes nothing.
  const planned = plan.actions.filter(({ always }) => always !== true);
  expect([...effects].sort()).toEqual(planned.map((action) => effectOf(action, nameOf)).sort());
  const { expected } = expectedInterruption(plan.actions, lab.targets.get('lab').config);
  // A change to another server takes one away from what ran there before: the platform counts that, and it is not the solution's.
  if (expected === 'none' && kind !== 'change') expect(await interruptions()).toBe(0);
  return { position, effects, expected };
}

const modes = ['rolling', 'together'] as const;
const stopModes = ['graceful', 'forced', 'graceful-then-forced'] as const;
const startAfters = ['as-found', 'running', 'stopped'] as const;

type Case = readonly [string, Desired, Prepare];

const everyOption: readonly Case[] = modes.flatMap((mode) =>
  stopModes.flatMap((stopMode) =>
    startAfters.map((startAfter): Case => [
      `a pair: ${mode}, ${stopMode}, ${startAfter}`,
      desired(restart({ mode, stopMode, startAfter })),
      nothing,
    ]),
  ),
);

const everyServer: readonly Case[] = startAfters.flatMap((startAfter): Case[] => [
  [`a server without backup, ${startAfter}`, claims(restart({ startAfter })), [openList]],
  [
    `a stopped server without backup, ${startAfter}`,
    claims(restart({ startAfter })),
    [openList, stopped('IxnServer_Claims')],
  ],
  [`a stopped pair, ${startAfter}`, desired(restart({ startAfter })), bothStopped],
  [
    `a pair with a stopped backup, ${startAfter}`,
    desired(restart({ startAfter })),
    [stopped('IxnServer_Retail_B')],
  ],
  [
    `a pair with a stopped primary, together, ${startAfter}`,
    desired(restart({ startAfter, mode: 'together' })),
    [stopped('IxnServer_Retail'), swapped[1] as object],
  ],
  [`a pair with swapped run modes, ${startAfter}`, desired(restart({ startAfter })), swapped],
]);

const others: readonly Case[] = [
  ['a server with two database access points', desired(), [twoDaps]],
  ['another mask', desired({ accessGroup: { name: 'retail-email-account', accessMask: 73 } }), nothing],
  ['Business Processes that others read', desired(), [entry('Retail Inbound', base, 1)]],
  ['one Business Process', desired({ businessProcesses: ['Retail Inbound'] }), nothing],
];

describe('A plan lists every effect of the run and no other: onboarding', () => {
  it.each([...everyOption, ...everyServer])('%s', async (_, wanted, prepare) => {
    await begin(prepare);
    await comparePlanWithLog('onboarding', wanted, uuidv7());
  });

  it.each(others)('%s', async (_, wanted, prepare) => {
    await begin(prepare);
    const { effects } = await comparePlanWithLog('onboarding', wanted, uuidv7());
    expect(effects).toContain(`create ${group.type}/${group.name}`);
    expect(effects.filter((effect) => effect.startsWith('add '))).toHaveLength(3);
  });
});

describe('A plan lists every effect of the run and no other: change', () => {
  const fewer = { businessProcesses: ['Retail Inbound'] };
  const more = { businessProcesses: [...desired().businessProcesses, 'Bank Chat'] };
  const both = { businessProcesses: ['Retail Inbound', 'Bank Chat'] };
  const legacy = { interactionServer: 'IxnServer_Legacy' };
  const single = { interactionServer: 'IxnServer_Claims' };

  it.each<[string, Restart, Partial<Desired>, Prepare, RegExp | null]>([
    ['another displayName only', {}, { displayName: 'Retail by mail' }, nothing, null],
    ['a Business Process more', {}, more, nothing, /^entry of 21.* on 12\/Bank Chat: none > 9$/],
    ['fewer Business Processes', {}, fewer, nothing, /on 12\/Retail Outbound: 9 > none$/],
    ['some other Business Processes', {}, both, nothing, /Bank Chat: none > 9$/],
    ['one whose entry is there already', {}, more, [entry('Bank Chat', group, 9)], null],
    ['one whose entry allows less', {}, more, [entry('Bank Chat', group, 1)], /Bank Chat: 1 > 9$/],
    [
      'one to go whose entry is gone already',
      {},
      fewer,
      [entry('Retail Outbound', group, null)],
      /Complaints: 9 > none$/,
    ],
    ['a stopped server instead of the pair', {}, legacy, nothing, /^account of 9\/IxnServer_Legacy/],
    [
      'a stopped server that shall run',
      { startAfter: 'running' },
      legacy,
      nothing,
      /^start 9\/IxnServer_Legacy$/,
    ],
    ['a running server instead of the pair', {}, single, nothing, /^stop 9\/IxnServer_Claims$/],
    [
      'another server and other Business Processes',
      {},
      { ...single, ...both },
      nothing,
      /^stop 9\/IxnServer_Retail_B$/,
    ],
    [
      'the same, together and forced',
      { mode: 'together', stopMode: 'forced' },
      { ...single, ...both },
      nothing,
      /^stop/,
    ],
    [
      'another server, left stopped',
      { startAfter: 'stopped' },
      single,
      nothing,
      /^account of 9\/IxnServer_Claims/,
    ],
    ['another server, the pair found stopped', {}, single, bothStopped, /^start 9\/IxnServer_Claims$/],
  ])('%s', async (_, how, changes, prepare, effect) => {
    await begin([openList]);
    const first = await onboarded(lab, desired(restart(how)));
    await behind(prepare);
    const { effects } = await comparePlanWithLog('change', changing(first, changes), first.solutionId);
    if (effect === null) expect(effects).toEqual([]);
    else expect(effects).toContainEqual(expect.stringMatching(effect));
  });
});

describe('A plan promises no service where a backup may not take over', () => {
  it.each(['takes-over', 'stays-backup'])('the serving server alone, together: %s', async (what) => {
    await begin(nothing);
    const change = (body: unknown) => lab.control('POST', '/change', body);
    await setUpByHand(change, { ...whole, bound: ['IxnServer_Retail_B'] });
    await lab.control('PUT', '/switches', { backupWhenPrimaryStops: what });
    const wanted = desired({ ...restart({ mode: 'together' }), onExisting: 'adopt' });
    const { effects, expected } = await comparePlanWithLog('onboarding', wanted, uuidv7());
    expect(effects.filter((effect) => effect.startsWith('stop'))).toEqual(['stop 9/IxnServer_Retail']);
    expect(expected).toBe('temporary');
    expect(await interruptions()).toBe(what === 'takes-over' ? 0 : 1);
  });
});

describe('A plan lists every effect of the run and no other: offboarding', () => {
  const serverAfters = ['stopped', 'former'] as const;

  const cases = serverAfters.flatMap((serverAfter) =>
    modes.flatMap((mode) => startAfters.map((startAfter) => [serverAfter, mode, startAfter] as const)),
  );
  it.each(cases)('%s, after %s and %s', async (serverAfter, mode, startAfter) => {
    await begin(nothing);
    const first = await onboarded(lab, desired(restart({ mode, startAfter })));
    const { effects } = await comparePlanWithLog(
      'offboarding',
      leaving(first, serverAfter),
      first.solutionId,
    );
    expect(effects.slice(-2)).toEqual([`delete 3/${person.name}`, `delete 21/${group.name}`]);
  });

  it.each<[string, Desired, Prepare, Prepare]>([
    ['a server without backup', claims(), [openList], nothing],
    ['a server that was found stopped', claims(), [openList, stopped('IxnServer_Claims')], nothing],
    ['a pair that was found stopped', desired(), bothStopped, nothing],
    ['a pair that somebody has stopped since', desired(), nothing, bothStopped],
    ['another mask', desired({ accessGroup: { name: group.name, accessMask: 73 } }), nothing, nothing],
    ['an entry that is gone already', desired(), nothing, [entry('Retail Inbound', group, null)]],
    [
      'a Person that is no member any more',
      desired(),
      nothing,
      [{ member: { group, person: { type: 3, name: person.name }, present: false } }],
    ],
  ])('%s', async (_, wanted, prepare, since) => {
    for (const serverAfter of serverAfters) {
      await begin(prepare);
      const first = await onboarded(lab, wanted);
      await behind(since);
      await comparePlanWithLog('offboarding', leaving(first, serverAfter), first.solutionId);
    }
  });

  it('after a change to another server', async () => {
    await begin([openList]);
    const first = await onboarded(lab, desired());
    const wanted = changing(first, { interactionServer: 'IxnServer_Claims' });
    const second = await run(lab, 'change', wanted, first.solutionId);
    await comparePlanWithLog('offboarding', leaving(second, 'former'), first.solutionId);
  });
});
