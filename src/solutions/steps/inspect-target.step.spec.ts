import { describe, expect, it } from 'vitest';
import type { Desired } from '../desired.js';
import { annexOf } from '../rules/mark.js';
import type { FakePlatform } from '../testing/fake-target.js';
import { SagaRun } from '../testing/run-saga.js';
import { accessPoint, application, desired, statuses, world } from '../testing/world.js';

async function inspect(
  prepare: (platform: FakePlatform) => void = () => undefined,
  changes: Parameters<typeof desired>[0] = {},
) {
  const platform = world();
  prepare(platform);
  const run = new SagaRun(platform, desired(changes), true);
  await run.forward();
  return run.plans.get('inspect-target')!;
}

const change = (dbid: number, changes: Parameters<typeof application>[3]) => (platform: FakePlatform) => {
  const found = platform.tables.application.get(dbid)!;
  platform.tables.application.set(dbid, { ...found, ...changes });
};

async function said(...args: Parameters<typeof inspect>): Promise<string[]> {
  const { findings } = await inspect(...args);
  return findings
    .filter(({ code }) => code !== 'interactions-not-moved')
    .map(({ severity, code, detail }) => `${severity} ${code}: ${detail}`);
}

describe('inspect-target', () => {
  it('resolves the names of the request to DBIDs, for the steps after it', async () => {
    const { refs, actions } = await inspect();
    expect(actions).toEqual([]);
    expect(refs).toEqual({
      tenantDbid: 1,
      businessProcesses: [
        { name: 'Retail Inbound', dbid: 201 },
        { name: 'Retail Outbound', dbid: 202 },
      ],
      server: {
        primary: { name: 'IxnServer_Retail', dbid: 150 },
        backup: { name: 'IxnServer_Retail_B', dbid: 151 },
      },
      newestBusinessProcess: 203,
      baseAccessGroups: [{ name: 'Ixn servers base', dbid: 110 }],
      requiredObjects: [],
    });
  });

  it('locks everything that is written, in sorted order', async () => {
    expect((await inspect()).locks).toEqual([
      'lab/access-group/Environment/retail-email-account',
      'lab/application/IxnServer_Retail',
      'lab/application/IxnServer_Retail_B',
      'lab/person/ixn-environment-retail-email',
      'lab/script/Environment/Retail Inbound',
      'lab/script/Environment/Retail Outbound',
      'lab/solution/Environment/retail-email',
    ]);
  });

  it('says that interactions are not moved, and nothing else of a target that is in order', async () => {
    expect((await inspect()).findings).toMatchObject([
      { severity: 'warning', code: 'interactions-not-moved' },
    ]);
  });

  it('names what does not exist and what is similar, all at once', async () => {
    const wrong = {
      interactionServer: 'IxnServer_Retial',
      businessProcesses: ['Retail Inbuond', 'Retail Outbound', 'Nothing'],
    };
    expect(await said(undefined, wrong)).toEqual([
      'error unknown-business-process: The tenant "Environment" has no Business Process "Retail Inbuond". Did you mean "Retail Inbound" or "Retail Outbound"?',
      'error unknown-business-process: The tenant "Environment" has no Business Process "Nothing".',
      'error unknown-interaction-server: There is no Interaction Server "IxnServer_Retial": no application has this name. Did you mean "IxnServer_Retail"?',
    ]);
  });

  it('names an unknown tenant, and still what is wrong with the server', async () => {
    const codes = await said(undefined, { tenant: 'Enviroment', interactionServer: 'DAP_Retail' });
    expect(codes).toEqual([
      'error unknown-tenant: There is no tenant "Enviroment". Did you mean "Environment"?',
      'error not-an-interaction-server: "DAP_Retail" is an application of type 8, not an Interaction Server (type 111 or 1).',
      'warning database-unknown: "DAP_Retail" is connected to no Database Access Point that names a database, so it cannot be shown to have its own.',
    ]);
  });

  it('tells a script of another type from one that does not exist', async () => {
    expect(await said(undefined, { businessProcesses: ['Retail Queue'] })).toEqual([
      'error not-a-business-process: "Retail Queue" is a script of type 23, not a Business Process (type 28).',
    ]);
  });

  it.each<[string, (platform: FakePlatform) => void, string]>([
    ['tenant', (p) => p.tables.tenant.set(1, { dbid: 1, name: 'Environment', state: 2 }), 'Environment'],
    [
      'Business Process',
      (p) => p.tables.script.set(201, { ...p.tables.script.get(201)!, state: 2 }),
      'Retail Inbound',
    ],
    ['server', change(150, { state: 2 }), 'IxnServer_Retail'],
    ['backup', change(151, { state: 2 }), 'IxnServer_Retail_B'],
  ])('finds a disabled %s', async (_, prepare, name) => {
    const { findings } = await inspect(prepare);
    expect(findings).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        code: 'object-disabled',
        object: expect.objectContaining({ name }) as unknown,
      }),
    );
  });

  it.each<[string, (platform: FakePlatform, annex: ReturnType<typeof annexOf>) => void]>([
    [
      'account',
      (p, annex) =>
        p.tables.accessGroup.set(111, {
          ...p.tables.accessGroup.get(110)!,
          dbid: 111,
          name: 'retail-email-account',
          annex,
        }),
    ],
    ['userName', (p, annex) => person(p, { userName: 'ixn-environment-retail-email' }, annex)],
    ['employeeId', (p, annex) => person(p, { employeeId: 'IXN-ENVIRONMENT-RETAIL-EMAIL' }, annex)],
  ])('refuses a taken %s, whoever created it, unless it was for this solution', async (name, prepare) => {
    const by = (solution: string) => (p: FakePlatform) =>
      prepare(p, annexOf({ solution, operation: 'operation-0' }));
    const taken = (await said((p) => prepare(p, {}))).filter((line) => line.startsWith('error name-taken'));
    expect(taken).toHaveLength(1);
    expect(await said(by('solution-2'))).toEqual(taken);
    expect(await said(by('solution-1')), name).toEqual([]);
  });

  it.each<[string, (platform: FakePlatform) => void, string]>([
    ['serves another tenant', change(150, { tenantDbids: [2] }), 'error server-not-in-tenant'],
    ['serves several tenants', change(150, { tenantDbids: [1, 2] }), 'warning server-serves-other-tenants'],
    ['is the backup of another', change(152, { backupDbid: 150 }), 'error server-is-backup'],
    [
      'has a backup that belongs to another primary too',
      change(152, { backupDbid: 151 }),
      'error backup-shared',
    ],
    ['runs as a Person', (p) => p.accounts.set(150, { type: 3, dbid: 7 }), 'error server-already-bound'],
    [
      'has a backup that runs as another group',
      (p) => p.accounts.set(151, { type: 21, dbid: 7 }),
      'error server-already-bound',
    ],
    ['is in a state that nobody knows', (p) => p.status(150, 0, 'none'), 'error server-state-unknown'],
    ['has no database', change(150, { connections: [] }), 'warning database-unknown'],
  ])('finds a server that %s', async (_, prepare, finding) => {
    expect((await said(prepare)).map((line) => line.split(':')[0])).toContain(finding);
  });

  it('names the primary of a backup that was asked for', async () => {
    const [first] = (await said(undefined, { interactionServer: 'IxnServer_Retail_B' })).filter((line) =>
      line.includes('backup'),
    );
    expect(first).toContain('is the backup of "IxnServer_Retail". Name "IxnServer_Retail"');
  });

  it('takes a database shared within the tenant for an error, whichever access point leads to it', async () => {
    const share = (p: FakePlatform) =>
      p.tables.application.set(161, accessPoint(161, 'DAP_Shared', 'RETAIL'));
    expect(await said(share)).toEqual([
      'error shared-database: "IxnServer_Retail" and "IxnServer_Shared" use the same database "retail".',
    ]);
    const beyond = (p: FakePlatform) => {
      share(p);
      change(152, { tenantDbids: [2] })(p);
    };
    expect((await said(beyond))[0]).toMatch(/^warning shared-database/);
  });

  it('does not take the database of its own backup for shared', async () => {
    expect(await said(change(151, { connections: [160] }))).toEqual([]);
  });

  it('warns of a Stat Server that is connected to two Interaction Servers', async () => {
    const [finding] = await said((p) =>
      p.tables.application.set(170, application(170, 'Stat', 2, { connections: [150, 152] })),
    );
    expect(finding).toBe(
      'warning dependent-on-two-servers: The Stat Server "Stat" is connected to "IxnServer_Retail", "IxnServer_Shared"; its type supports one Interaction Server only.',
    );
  });

  it('names the solution that holds a Business Process or the server', async () => {
    const held = { solution: { tenant: 'Environment', key: 'other' } };
    const lines = await said(
      (p) =>
        (p.claims = [
          { resource: 'lab/script/Environment/Retail Inbound', ...held },
          { resource: 'lab/application/IxnServer_Retail', ...held },
        ]),
    );
    expect(lines).toEqual([
      'error resource-claimed: "Environment/Retail Inbound" belongs to the solution "other" of tenant "Environment".',
      'error resource-claimed: "IxnServer_Retail" belongs to the solution "other" of tenant "Environment".',
    ]);
  });

  it('finds a base access group and a required object that the targets file names and the target does not have', async () => {
    const codes = await said((p) => {
      p.tables.accessGroup.delete(110);
      Object.assign(p.config.requiredReads, {
        objects: [{ type: 35, name: 'Media Type' }],
        childScripts: true,
      });
    });
    expect(codes.map((line) => line.split(':')[0])).toEqual([
      'error base-access-group-missing',
      'error required-object-missing',
      'warning child-scripts-unchecked',
    ]);
  });

  it.each<[string, (platform: FakePlatform) => void, Partial<Desired['restart']>, boolean]>([
    ['a rolling pair', () => undefined, {}, false],
    ['a pair restarted together', () => undefined, { mode: 'together' }, true],
    ['a pair whose backup is stopped', (p) => p.status(151, 1, 'none'), {}, true],
    ['a stopped pair', (p) => statuses(p, [1, 'none'], [1, 'none']), {}, false],
  ])('says of %s whether the service will be interrupted', async (_, prepare, restart, isInterrupted) => {
    const { findings } = await inspect(prepare, { restart: { ...desired().restart, ...restart } });
    expect(findings.some(({ code }) => code === 'service-interruption')).toBe(isInterrupted);
  });
});

function person(
  platform: FakePlatform,
  names: { userName?: string; employeeId?: string },
  annex: ReturnType<typeof annexOf>,
): void {
  const base = {
    dbid: 119,
    tenantDbid: 1,
    userName: 'someone',
    employeeId: 'E1',
    firstName: '',
    lastName: '',
    isAgent: false,
    state: 1,
    annex,
  };
  platform.tables.person.set(119, { ...base, ...names });
}
