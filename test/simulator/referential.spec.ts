/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call -- answers are looked at as JSON */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from './world.js';
import { SYSTEM, TestWorld, Type } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.control('POST', 'reset', {}));

const errorType = (answer: Answer): number => answer.json.platformCode & 0xff;
const create = async (collection: string, singular: string, body: object): Promise<string> => {
  const { json } = await world.config('POST', collection, { [singular]: body });
  expect(json.statusCode, JSON.stringify(json)).toBe(0);
  return json.id;
};
const server = (name: string, more: object = {}): Promise<string> =>
  create('applications', 'application', { name, type: '107', isServer: '2', tenantDBIDs: ['1'], ...more });
const update = (dbid: string, delta: object, base: object = {}): Promise<Answer> =>
  world.config('PUT', 'applications', {
    'delta-application': { CfgApplication: { DBID: dbid, ...base }, ...delta },
  });

describe('deleting', () => {
  it('an application is refused while it is a component of a solution that is not optional', async () => {
    const dbid = await server('Component');
    const solution = await create('services', 'service', {
      name: 'Retail',
      components: [{ appDBID: dbid, isOptional: '1' }],
    });
    expect(errorType(await world.config('DELETE', `applications/${dbid}`))).toBe(202);
    await world.config('PUT', 'services', {
      'delta-service': {
        CfgService: { DBID: solution },
        changedComponents: [{ appDBID: dbid, isOptional: '2' }],
      },
    });
    expect((await world.config('DELETE', `applications/${dbid}`)).status).toBe(200);
  });

  it('a Person takes it out of access groups and agent groups by itself', async () => {
    const person = await world.createPerson('agent');
    const accessGroup = await world.createGroup('readers');
    await world.addMember(accessGroup, person);
    const agentGroup = await create('agent-groups', 'agent-group', {
      CfgGroup: { name: 'Front desk', tenantDBID: '1' },
      agentDBIDs: [String(person)],
    });
    expect((await world.config('GET', `persons?group_dbid=${agentGroup}`)).json.persons).toHaveLength(1);
    expect((await world.config('DELETE', `persons/${person}`)).status).toBe(200);
    const left = await world.config('GET', `agent-groups/${agentGroup}`);
    expect(left.json['agent-group'].agentDBIDs).toEqual([]);
    const own = await world.config('GET', `access-groups/${accessGroup}`);
    expect(own.json['access-group'].memberIDs).toEqual([]);
    const log = await world.log();
    expect(log.slice(-3).map((line) => [line.actor, line.effect])).toEqual([
      ['self', 'update'],
      ['self', 'update'],
      ['gws:onboarding', 'delete'],
    ]);
  });
});

describe('an application', () => {
  it('has type and version of its prototype', async () => {
    const prototype = await create('app-prototypes', 'app-prototype', {
      name: 'Generic 9',
      type: '107',
      version: '9.0',
    });
    const dbid = await create('applications', 'application', {
      name: 'Made',
      type: '1',
      appPrototypeDBID: prototype,
    });
    const { json } = await world.config('GET', `applications/${dbid}`);
    expect(json.application).toMatchObject({ type: '107', version: '9.0', appPrototypeDBID: prototype });
    const found = await world.config('GET', `applications?app_prototype_dbid=${prototype}`);
    expect(found.json.applications).toHaveLength(1);
    const unknown = await world.config('POST', 'applications', {
      application: { name: 'Other', type: '107', appPrototypeDBID: '999' },
    });
    expect(unknown.status).toBe(500);
  });

  it('gets a tenant only if its account can read that tenant', async () => {
    const dbid = await server('Tenants');
    const group = await world.createGroup('readers');
    await world.bridge('PUT', `account/${dbid}`, { accountType: Type.accessGroup, accountDbid: group });
    const branch = await world.dbid('tenants', 'Branch');
    expect((await update(dbid, { tenantDBIDs: [String(branch)] })).status).toBe(500);
    await world.grant(Type.tenant, branch, Type.accessGroup, group, 1);
    expect((await update(dbid, { tenantDBIDs: [String(branch)] })).status).toBe(200);
  });

  it('that is a linked backup has the connections and tenants of its primary, and takes no others', async () => {
    const backup = String(await world.application('IxnServer_Retail_B'));
    const other = String(await world.application('URS'));
    expect((await update(backup, { appServerDBIDs: [{ appServerDBID: other }] })).status).toBe(500);
    expect((await update(backup, { deletedTenantDBIDs: ['1'] })).status).toBe(500);
    const primary = String(await world.application('IxnServer_Retail'));
    expect((await update(primary, { appServerDBIDs: [{ appServerDBID: other }] })).status).toBe(200);
    const { json } = await world.config('GET', `applications/${backup}`);
    expect(json.application.appServerDBIDs.map((c: { appServerDBID: string }) => c.appServerDBID)).toContain(
      other,
    );
  });

  it.each([
    ['neither', undefined],
    ['userProperties', 'x'],
  ] as const)(
    'that is a linked backup has the flexible properties of its primary: %s',
    async (flexibleProperties, expected) => {
      await world.switch({ flexibleProperties });
      const primary = String(await world.application('IxnServer_Retail'));
      expect((await update(primary, {}, { userProperties: { mark: { by: 'x' } } })).status).toBe(200);
      const { json } = await world.config(
        'GET',
        `applications/${await world.application('IxnServer_Retail_B')}`,
      );
      expect(json.application.userProperties.mark?.by).toBe(expected);
      await world.switch({ flexibleProperties: 'neither' });
    },
  );

  it('does not move to another host while others are attached to it', async () => {
    const host = String(await world.dbid('hosts', 'app-2'));
    const move = (dbid: number): Promise<Answer> =>
      update(String(dbid), {}, { CfgServer: { hostDBID: host } });
    expect(errorType(await move(await world.application('MessageServer')))).toBe(202);
    expect(errorType(await move(await world.application('IxnServer_Retail_B')))).toBe(202);
    expect((await move(await world.application('StatServer_Claims'))).status, 'a desktop is its client').toBe(
      500,
    );
    expect((await move(await world.application('ICON'))).status).toBe(200);
  });
});

it('a Person is an agent when it has an agent’s part', async () => {
  const dbid = await create('persons', 'person', {
    tenantDBID: '1',
    userName: 'with-part',
    employeeID: 'E-9',
    CfgAgentInfo: { placeDBID: '0' },
  });
  expect((await world.config('GET', `persons/${dbid}`)).json.person.isAgent).toBe('2');
});

it('a server does not start under a Person that is disabled, where that is so', async () => {
  const dbid = await world.application('IxnServer_Claims');
  const person = await world.createPerson('account');
  await world.addMember(await world.dbid('access-groups', 'Ixn servers base'), person);
  await world.grant(Type.application, dbid, Type.person, person, 9);
  const list = await world.dbid('transactions', 'Claims opening hours');
  await world.grant(Type.transaction, list, Type.person, person, 1);
  await world.bridge('PUT', `account/${dbid}`, { accountType: Type.person, accountDbid: person });
  await world.config('PUT', 'persons', {
    'delta-person': { CfgPerson: { DBID: String(person), state: '2' } },
  });
  await world.bridge('POST', `applications/${dbid}/stop`, { graceful: false });
  await world.untilStatus(dbid, 1);
  await world.bridge('POST', `applications/${dbid}/start`, {});
  await world.until('it gives up', async () =>
    (await world.log()).some((line) => JSON.stringify(line.after).includes('its account is disabled')),
  );
  await world.switch({ disabledAccount: 'accepted' });
  await world.bridge('POST', `applications/${dbid}/start`, {});
  await world.untilStatus(dbid, 6);
  await world.bridge('PUT', `account/${dbid}`, SYSTEM);
});
