import { describe, expect, it } from 'vitest';
import type { Desired } from '../desired.js';
import type { FakePlatform } from '../testing/fake-target.js';
import { SagaRun } from '../testing/run-saga.js';
import { desired, statuses, system, world } from '../testing/world.js';
import { onboarding } from './onboarding.saga.js';

const restart = (changes: Partial<Desired['restart']>) => ({ restart: { ...desired().restart, ...changes } });

const solo = (platform: FakePlatform): void => {
  const server = platform.tables.application.get(150)!;
  platform.tables.application.set(150, { ...server, backupDbid: null });
  platform.tables.application.delete(151);
};

describe('onboarding', () => {
  it('has the seven steps of the contract, in order', () => {
    const platform = world();
    const names = onboarding.steps.map((step) => new step(platform.targets, platform.claimsPort).name);
    expect(names).toEqual([
      'inspect-target',
      'create-account',
      'link-access-group',
      'provision-person',
      'verify-isolation',
      'rebind-server',
      'verify-service',
    ]);
  });

  it('leaves both servers of a pair running as a Person that reads its own Business Processes and no other', async () => {
    const platform = world();
    await new SagaRun(platform, desired()).forward();
    const [person] = [...platform.tables.person.values()];
    const account = { type: 3, dbid: person!.dbid };
    expect([platform.accounts.get(150), platform.accounts.get(151)]).toEqual([account, account]);
    expect([platform.statuses.get(150), platform.statuses.get(151)]).toEqual([
      { status: 6, runMode: 'backup' },
      { status: 6, runMode: 'primary' },
    ]);
    const masks = [201, 202, 203].map((dbid) => platform.effective(account, { type: 12, dbid }));
    expect(masks).toEqual([9, 9, 0]);
  });

  it('stops a server of a pair only while the other one is primary', async () => {
    const platform = world();
    await new SagaRun(platform, desired()).forward();
    expect(platform.log.filter((line) => /stop|start|switch|account/.test(line))).toEqual([
      'account 150',
      'account 151',
      'graceful stop 151',
      'account 151',
      'start 151',
      'switch-over 151',
      'graceful stop 150',
      'account 150',
      'start 150',
    ]);
  });

  it.each<[string, (platform: FakePlatform) => void, Partial<Desired['restart']>]>([
    ['a rolling pair', () => undefined, {}],
    ['a pair restarted together', () => undefined, { mode: 'together' }],
    ['a pair left stopped', () => undefined, { startAfter: 'stopped' }],
    ['a pair whose run modes are swapped', (p) => statuses(p, [6, 'backup'], [6, 'primary']), {}],
    ['a pair with a stopped backup', (p) => p.status(151, 1, 'none'), {}],
    [
      'a pair with a stopped backup that shall run',
      (p) => p.status(151, 1, 'none'),
      { startAfter: 'running' },
    ],
    ['a stopped pair', (p) => statuses(p, [1, 'none'], [1, 'none']), {}],
    [
      'a stopped pair that shall run',
      (p) => statuses(p, [1, 'none'], [1, 'none']),
      { startAfter: 'running' },
    ],
    ['a server without backup', solo, {}],
    [
      'a stopped server without backup',
      (p) => {
        solo(p);
        p.status(150, 1, 'none');
      },
      {},
    ],
    [
      'a platform that mirrors accounts in a pair',
      (p) => (p.pairAccounts = 'mirrored'),
      { mode: 'together' },
    ],
  ])('undone after it was completed, leaves %s as it was found', async (_, prepare, changes) => {
    const platform = world();
    prepare(platform);
    const before = platform.snapshot();
    const run = new SagaRun(platform, desired(restart(changes)));
    await run.forward();
    expect(run.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(platform.accounts.get(150)).not.toEqual(system);
    await run.undo();
    expect(platform.snapshot()).toBe(before);
  });

  it('plans in a dry run what the real run then does, and changes nothing', async () => {
    const platform = world();
    const before = platform.snapshot();
    const dryRun = new SagaRun(platform, desired(), true);
    await dryRun.forward();
    expect(platform.snapshot()).toBe(before);
    const run = new SagaRun(platform, desired());
    await run.forward();
    expect([...dryRun.plans].map(([step, { actions }]) => ({ step, actions }))).toEqual(
      [...run.plans].map(([step, { actions }]) => ({ step, actions })),
    );
  });

  it('has nothing left to do when it is planned again for a solution that is there', async () => {
    const platform = world();
    await new SagaRun(platform, desired()).forward();
    const again = new SagaRun(platform, desired(), true);
    await again.forward();
    expect([...again.plans.values()].flatMap(({ actions }) => actions)).toEqual([]);
    expect(again.findings.map(({ code }) => code)).toEqual(['shared-reader']);
  });

  it('plans an entry that somebody took away from its access control list as what is to be done', async () => {
    const platform = world();
    await new SagaRun(platform, desired()).forward();
    platform.acls.set('12/202', [{ account: system, accessMask: 127 }]);
    const again = new SagaRun(platform, desired(), true);
    await again.forward();
    expect(again.plans.get('link-access-group')!.actions).toMatchObject([
      { kind: 'grant', object: { dbid: 202 }, before: null, after: { accessMask: 9 } },
    ]);
  });

  it('undoes nothing of an account that somebody has begun to use for another server', async () => {
    const platform = world();
    const run = new SagaRun(platform, desired());
    await run.forward();
    const [person] = [...platform.tables.person.values()];
    platform.accounts.set(152, { type: 3, dbid: person!.dbid });
    await expect(run.undo()).rejects.toThrow(/create "ixn-environment-retail-email" was changed by another/);
    expect(platform.tables.person.size).toBe(1);
  });
});
