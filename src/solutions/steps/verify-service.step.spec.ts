import { describe, expect, it } from 'vitest';
import type { FakePlatform } from '../testing/fake-target.js';
import { SagaRun } from '../testing/run-saga.js';
import { desired, system, world } from '../testing/world.js';
import { VerifyServiceStep } from './verify-service.step.js';

async function verify(
  change: (platform: FakePlatform) => void,
  clock = {},
  startAfter: 'as-found' | 'stopped' = 'as-found',
) {
  const platform = world();
  const run = new SagaRun(platform, desired({ restart: { ...desired().restart, startAfter } }));
  await run.forward('verify-service');
  change(platform);
  const step = new VerifyServiceStep(platform.targets);
  const context = { ...run.context(), ...clock };
  const plan = step.plan(await step.observe(context), context);
  return {
    plan,
    codes: plan.findings.filter(({ code }) => code !== 'shared-reader').map(({ code }) => code),
  };
}

describe('verify-service', () => {
  it('is content with servers that have run as their account through the settle time', async () => {
    const { plan, codes } = await verify(() => undefined);
    expect(codes).toEqual([]);
    expect(plan.lookAgainAfterMs).toBeUndefined();
  });

  it('looks again during the settle time, and says at once when a server goes down', async () => {
    const during = { stepStartedAtMs: 0, nowMs: 1_000 };
    expect((await verify(() => undefined, during)).plan).toEqual({
      actions: [],
      findings: [],
      lookAgainAfterMs: 1_000,
    });
    expect((await verify((p) => p.status(151, 1, 'none'), during)).codes).toEqual(['server-not-running']);
  });

  it('says that an account reads back as another one', async () => {
    expect((await verify((p) => p.accounts.set(150, system))).codes).toEqual(['account-not-set']);
  });

  it('looks at both sides of the isolation once more', async () => {
    const everyone = { account: { type: 21, dbid: 97 }, accessMask: 1 };
    expect((await verify((p) => p.acls.set('12/203', [everyone]))).codes).toEqual([
      'reads-other-business-processes',
    ]);
  });

  it('says of servers that shall be stopped that nothing proves that they come up', async () => {
    const { codes } = await verify(() => undefined, {}, 'stopped');
    expect(codes).toEqual(['not-proven-running', 'not-proven-running']);
  });

  it('says nothing in the plan of a solution whose account does not exist yet', async () => {
    const run = new SagaRun(world(), desired(), true);
    await run.forward();
    expect(run.plans.get('verify-service')).toEqual({ actions: [], findings: [] });
  });
});
