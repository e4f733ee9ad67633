import { describe, expect, it } from 'vitest';
import { SagaRun } from '../testing/run-saga.js';
import { desired, system, world } from '../testing/world.js';

async function plans(prepare: (platform: ReturnType<typeof world>) => void = () => undefined) {
  const platform = world();
  prepare(platform);
  const run = new SagaRun(platform, desired(), true);
  await run.forward();
  return { platform, run, of: (step: string) => run.plans.get(step)! };
}

const group = { knownAfter: 'create-account/1' };
const person = { knownAfter: 'provision-person/1' };

describe('create-account', () => {
  it('plans an ordinary access group without members, with the mark of its operation', async () => {
    const { of } = await plans();
    expect(of('create-account')).toEqual({
      actions: [
        {
          kind: 'create',
          object: { type: 21, name: 'retail-email-account', dbid: null },
          before: null,
          after: {
            name: 'retail-email-account',
            tenantDbid: 1,
            groupType: 1,
            state: 1,
            members: [],
            accountOf: [],
            mark: 'this-operation',
          },
          stage: 1,
        },
      ],
      findings: [],
      refs: { accessGroup: group },
      seen: new Map([[1, { image: null }]]),
    });
  });
});

describe('link-access-group', () => {
  it('plans one entry for each Business Process, all in one stage', async () => {
    const { of } = await plans();
    const account = { type: 21, name: 'retail-email-account', dbid: group };
    const entry = { kind: 'grant', before: null, after: { accessMask: 9 }, stage: 1 };
    expect(of('link-access-group').actions).toEqual([
      { ...entry, object: { type: 12, name: 'Retail Inbound', dbid: 201, for: account } },
      { ...entry, object: { type: 12, name: 'Retail Outbound', dbid: 202, for: account } },
    ]);
  });

  it('plans an entry with another mask as a change from that mask', async () => {
    const platform = world();
    await new SagaRun(platform, desired()).forward();
    const [account] = [...platform.tables.accessGroup.values()].filter(
      ({ name }) => name === 'retail-email-account',
    );
    platform.acls.set('12/201', [
      { account: system, accessMask: 127 },
      { account: { type: 21, dbid: account!.dbid }, accessMask: 1 },
    ]);
    const again = new SagaRun(platform, desired(), true);
    await again.forward();
    expect(again.plans.get('link-access-group')!.actions).toMatchObject([
      {
        kind: 'grant',
        object: { dbid: 201, for: { dbid: account!.dbid } },
        before: { accessMask: 1 },
        after: { accessMask: 9 },
      },
    ]);
  });
});

describe('provision-person', () => {
  it('creates the Person first, then its memberships and its rights on both applications together', async () => {
    const { of } = await plans();
    const account = { type: 3, name: 'ixn-environment-retail-email', dbid: person };
    const member = { kind: 'add-member', before: { member: false }, after: { member: true }, stage: 2 };
    const right = { kind: 'grant', before: null, after: { accessMask: 9 }, stage: 2 };
    const { actions, refs } = of('provision-person');
    expect(refs).toEqual({ person });
    expect(actions).toEqual([
      {
        kind: 'create',
        object: { type: 3, name: 'ixn-environment-retail-email', dbid: null },
        before: null,
        after: {
          userName: 'ixn-environment-retail-email',
          employeeId: 'IXN-ENVIRONMENT-RETAIL-EMAIL',
          firstName: 'IxnServer',
          lastName: 'retail-email',
          tenantDbid: 1,
          isAgent: false,
          state: 1,
          memberOf: [],
          accountOf: [],
          mark: 'this-operation',
        },
        stage: 1,
      },
      { ...member, object: { type: 21, name: 'retail-email-account', dbid: group, for: account } },
      { ...member, object: { type: 21, name: 'Ixn servers base', dbid: 110, for: account } },
      { ...right, object: { type: 9, name: 'IxnServer_Retail', dbid: 150, for: account } },
      { ...right, object: { type: 9, name: 'IxnServer_Retail_B', dbid: 151, for: account } },
    ]);
  });

  it('plans only what is missing for a Person that is there', async () => {
    const platform = world();
    await new SagaRun(platform, desired()).forward();
    const [own] = [...platform.tables.person.values()];
    const base = platform.tables.accessGroup.get(110)!;
    platform.tables.accessGroup.set(110, { ...base, members: [] });
    platform.acls.set('9/151', [{ account: system, accessMask: 127 }]);
    const again = new SagaRun(platform, desired(), true);
    await again.forward();
    expect(again.plans.get('provision-person')!.actions).toMatchObject([
      { kind: 'add-member', object: { dbid: 110, for: { dbid: own!.dbid } } },
      { kind: 'grant', object: { dbid: 151, for: { dbid: own!.dbid } } },
    ]);
  });
});
