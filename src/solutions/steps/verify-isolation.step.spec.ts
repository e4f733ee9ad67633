import { describe, expect, it } from 'vitest';
import type { Finding } from '../../saga/action.js';
import { annexOf } from '../rules/mark.js';
import type { FakePlatform } from '../testing/fake-target.js';
import { SagaRun } from '../testing/run-saga.js';
import { application, desired, system, world } from '../testing/world.js';

const everyone = { type: 21, dbid: 97 };

async function verify(
  prepare: (platform: FakePlatform) => void,
  options: { dryRun?: boolean; requireExclusive?: boolean } = {},
) {
  const platform = world();
  prepare(platform);
  const wanted = desired({ isolation: { requireExclusive: options.requireExclusive ?? false } });
  const run = new SagaRun(platform, wanted, options.dryRun ?? false);
  await run.forward();
  const plan = run.plans.get('verify-isolation')!;
  return { platform, run, plan, findings: plan.findings };
}

const grant =
  (key: string, account: { type: number; dbid: number }, accessMask = 1) =>
  (platform: FakePlatform) =>
    platform.acls.set(key, [...(platform.acls.get(key) ?? []), { account, accessMask }]);

const said = (findings: readonly Finding[]) =>
  findings.map(
    ({ severity, code, detail, predicted }) =>
      `${severity} ${code}${predicted === true ? ' predicted' : ''}: ${detail}`,
  );

describe.each([true, false])('verify-isolation, dry run %s', (dryRun) => {
  const predicted = dryRun ? ' predicted' : '';

  it('warns of nothing but the shared server that reads everything', async () => {
    const { findings } = await verify(() => undefined, { dryRun });
    expect(said(findings)).toEqual([
      'warning shared-reader: "SYSTEM", the account of "IxnServer_Shared", reads Business Processes of this solution: "Retail Inbound", "Retail Outbound".',
    ]);
  });

  it.each([
    ['7/1', 'tenant "Environment"'],
    ['10/10', 'host "host1"'],
    ['9/160', 'application "DAP_Retail"'],
  ])('finds that Read on %s is missing', async (key, what) => {
    const { findings } = await verify((p) => p.acls.set(key, [{ account: system, accessMask: 127 }]), {
      dryRun,
    });
    expect(said(findings)).toContain(
      `error missing-permission${predicted}: "ixn-environment-retail-email" lacks Read on ${what}.`,
    );
  });

  it('finds a Business Process of others that EVERYONE may read', async () => {
    const { findings } = await verify(grant('12/203', everyone), { dryRun });
    expect(said(findings)).toContain(
      `error reads-other-business-processes${predicted}: "ixn-environment-retail-email" reads Business Processes that are not its own: "Claims Intake".`,
    );
  });

  it('finds a Business Process of others that a base group may read', async () => {
    const { findings } = await verify(grant('12/203', { type: 21, dbid: 110 }), { dryRun });
    expect(findings.map(({ code }) => code)).toContain('reads-other-business-processes');
  });

  it('finds that the account of another solution reads ours, whichever way it does', async () => {
    const { findings } = await verify(
      (p) => {
        const annex = annexOf({ solution: 'solution-2', operation: 'operation-2' });
        p.tables.person.set(130, {
          dbid: 130,
          tenantDbid: 1,
          userName: 'ixn-claims',
          employeeId: 'C',
          firstName: '',
          lastName: '',
          isAgent: false,
          state: 1,
          annex,
        });
        p.tables.application.set(153, application(153, 'IxnServer_Claims', 111));
        p.accounts.set(153, { type: 3, dbid: 130 });
        grant('12/201', everyone)(p);
      },
      { dryRun },
    );
    expect(said(findings)).toContain(
      'error read-by-other-solution: "ixn-claims", the account of "IxnServer_Claims", reads Business Processes of this solution: "Retail Inbound".',
    );
  });

  it('takes a shared reader for an error where exclusiveness is required', async () => {
    const { findings } = await verify(() => undefined, { dryRun, requireExclusive: true });
    expect(findings).toMatchObject([{ severity: 'error', code: 'shared-reader' }]);
  });

  it('says once which servers run as one account, and leaves those of other tenants alone', async () => {
    const { findings } = await verify(
      (p) => {
        p.tables.application.set(153, application(153, 'IxnServer_Old', 111));
        p.tables.application.set(154, application(154, 'IxnServer_Branch', 111, { tenantDbids: [2] }));
        p.accounts.set(153, system).set(154, { type: 21, dbid: 110 });
        grant('12/201', { type: 21, dbid: 110 })(p);
      },
      { dryRun },
    );
    expect(findings.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('"IxnServer_Shared", "IxnServer_Old"'),
    ]);
  });
});

describe('verify-isolation', () => {
  it('stops the run before any server is touched when the account lacks a right', async () => {
    const { platform, run } = await verify((p) => p.acls.set('7/1', []));
    expect(run.plans.has('rebind-server')).toBe(false);
    expect(platform.log.filter((line) => /stop|account/.test(line))).toEqual([]);
  });

  it('asks for what the targets file requires, and for no more', async () => {
    const { findings } = await verify((p) => {
      Object.assign(p.config.requiredReads, {
        hosts: false,
        connections: false,
        objects: [{ type: 35, name: 'Media Type' }],
      });
      p.named.set('35/Media Type', { type: 35, dbid: 300 });
      for (const key of ['10/10', '9/160']) p.acls.set(key, []);
    });
    expect(findings.filter(({ severity }) => severity === 'error').map(({ object }) => object)).toEqual([
      { type: 35, name: 'Media Type', dbid: 300 },
    ]);
  });

  it('asks one bulk question for each account, however many Business Processes there are', async () => {
    const platform = world();
    for (let dbid = 300; dbid < 400; dbid++) {
      platform.tables.script.set(dbid, {
        dbid,
        tenantDbid: 1,
        name: `Process ${dbid}`,
        scriptType: 28,
        state: 1,
      });
    }
    const { security } = platform.target;
    const ask = security.effectivePermissions.bind(security);
    const questions: number[] = [];
    security.effectivePermissions = (call, account, objects) => {
      questions.push(objects.length);
      return ask(call, account, objects);
    };
    await new SagaRun(platform, desired()).forward('rebind-server');
    // Of the Person: both servers, both Business Processes, tenant, host, access point, 101 others. Of SYSTEM: the two.
    expect(questions.sort((a, b) => a - b)).toEqual([2, 108]);
  });
});

describe('default access', () => {
  const configurationServer = (value: string) => (p: FakePlatform) => {
    const options = { security: { 'no-default-access': value } };
    p.tables.application.set(99, application(99, 'confserv', 21, { options }));
    const administrators = {
      ...p.tables.accessGroup.get(110)!,
      dbid: 105,
      name: 'Administrators',
      groupType: 3,
    };
    p.tables.accessGroup.set(105, administrators);
    p.tables.accessGroup.set(106, { ...administrators, dbid: 106, tenantDbid: 2 });
    grant('12/203', { type: 21, dbid: 105 })(p);
    grant('12/202', { type: 21, dbid: 106 })(p);
  };

  it('is part of what is predicted: the Person will join the group that reads everything', async () => {
    const { run, findings } = await verify(configurationServer('1'), { dryRun: true });
    expect(run.findings.map(({ code }) => code)).toContain('default-access');
    expect(said(findings)).toContain(
      'error reads-other-business-processes predicted: "ixn-environment-retail-email" reads Business Processes that are not its own: "Claims Intake".',
    );
  });

  it('is not taken to be on where the option says 0', async () => {
    const { run, findings } = await verify(configurationServer('0'), { dryRun: true });
    expect(run.findings.map(({ code }) => code)).not.toContain('default-access');
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
