import { describe, expect, it } from 'vitest';
import type { Desired } from '../desired.js';
import type { FakePlatform } from '../testing/fake-target.js';
import { SagaRun } from '../testing/run-saga.js';
import { desired, world } from '../testing/world.js';
import { RebindServerStep } from './rebind-server.step.js';

async function upToRebind(
  prepare: (platform: FakePlatform) => void = () => undefined,
  restart: Partial<Desired['restart']> = {},
) {
  const platform = world();
  prepare(platform);
  const run = new SagaRun(platform, desired({ restart: { ...desired().restart, ...restart } }));
  await run.forward('rebind-server');
  const step = new RebindServerStep(platform.targets, platform.claimsPort);
  const plan = async (clock = {}) =>
    step.plan(await step.observe(run.context()), { ...run.context(), ...clock });
  return { platform, plan, gate: () => step.gate(run.context()) };
}

describe('rebind-server', () => {
  it('plans with the reference of the Person, and knows from its DBID which server has it already', async () => {
    const { platform, plan } = await upToRebind();
    const [person] = [...platform.tables.person.values()];
    platform.accounts.set(151, { type: 3, dbid: person!.dbid });
    const { actions } = await plan();
    expect(
      actions.filter(({ kind }) => kind === 'set-account').map(({ object, after }) => [object.name, after]),
    ).toEqual([
      ['IxnServer_Retail', { type: 21, dbid: 98 }],
      ['IxnServer_Retail', { type: 3, dbid: { knownAfter: 'provision-person/1' } }],
    ]);
  });

  it('tells the steps after it which servers shall run', async () => {
    const runsAfter = async (startAfter: Desired['restart']['startAfter']) =>
      (await (await upToRebind((p) => p.status(151, 1, 'none'), { startAfter })).plan()).refs!['runsAfter'];
    const servers = (primary: boolean, backup: boolean) => [
      { name: 'IxnServer_Retail', dbid: 150, runs: primary },
      { name: 'IxnServer_Retail_B', dbid: 151, runs: backup },
    ];
    expect(await runsAfter('as-found')).toEqual(servers(true, false));
    expect(await runsAfter('running')).toEqual(servers(true, true));
    expect(await runsAfter('stopped')).toEqual(servers(false, false));
  });

  it('expects of a server that it leaves alone what it found', async () => {
    const { platform, plan } = await upToRebind((p) => p.status(151, 1, 'none'), {
      mode: 'together',
      startAfter: 'running',
    });
    const [person] = [...platform.tables.person.values()];
    platform.accounts.set(151, { type: 3, dbid: person!.dbid });
    const { actions, refs } = await plan();
    expect(actions.map(({ object }) => object.name)).not.toContain('IxnServer_Retail_B');
    expect(refs!['runsAfter']).toMatchObject([
      { dbid: 150, runs: true },
      { dbid: 151, runs: false },
    ]);
  });

  it('waits for a server that is on its way before it plans', async () => {
    const { platform, plan } = await upToRebind();
    platform.status(151, 5, 'none');
    expect(await plan({ stepStartedAtMs: 0, nowMs: 0 })).toEqual({
      actions: [],
      findings: [],
      lookAgainAfterMs: 1_000,
    });
    const { findings } = await plan({ stepStartedAtMs: 0, nowMs: 600_000 });
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'server-not-settled',
    ]);
  });

  it('plans nothing for a pair that is not the one that was inspected', async () => {
    const { platform, plan } = await upToRebind();
    platform.tables.application.set(150, { ...platform.tables.application.get(150)!, backupDbid: null });
    expect(await plan()).toMatchObject({
      actions: [],
      findings: [{ severity: 'error', code: 'pair-changed' }],
    });
  });

  it('finds the door to the outage open where nothing has changed, with our own objects in place', async () => {
    const { gate } = await upToRebind();
    expect(await gate()).toEqual([]);
  });

  it.each<[string, (platform: FakePlatform) => void, string]>([
    ['the account has lost a right', (p) => p.acls.set('7/1', []), 'missing-permission'],
    [
      'a Business Process of others has become readable',
      (p) => p.acls.set('12/203', [{ account: { type: 21, dbid: 97 }, accessMask: 1 }]),
      'reads-other-business-processes',
    ],
    [
      'somebody has bound the backup',
      (p) => p.accounts.set(151, { type: 21, dbid: 110 }),
      'server-already-bound',
    ],
    [
      'the server has been disabled',
      (p) => p.tables.application.set(150, { ...p.tables.application.get(150)!, state: 2 }),
      'object-disabled',
    ],
  ])('finds it closed when %s since it was looked at', async (_, change, code) => {
    const { platform, gate } = await upToRebind();
    change(platform);
    expect((await gate()).map((finding) => finding.code)).toEqual([code]);
  });
});
