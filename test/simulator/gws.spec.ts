/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call --
   answers are looked at as JSON, member by member: no type of ours stands between the wire and the expectation */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestWorld, Type } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.control('POST', 'reset', {}));

describe('the error table of the platform', () => {
  const skill = { skill: { name: 'French', tenantDBID: '1', state: '1' } };

  it('answers a create with id, uri and path, and 200 for everything that succeeds', async () => {
    const created = await world.config('POST', 'skills', skill);
    const { id } = created.json;
    expect(created.status).toBe(200);
    expect(created.json).toEqual({
      statusCode: 0,
      id,
      uri: `${world.simulator.gwsUrl}/platform/configuration/skills/${id}`,
      path: `/platform/configuration/skills/${id}`,
    });
    const one = await world.config('GET', `skills/${id}`);
    expect(one.json).toMatchObject({
      statusCode: 0,
      skill: { DBID: id, name: 'French', state: '1', tenantDBID: '1' },
    });
    expect((await world.config('DELETE', `skills/${id}`)).json).toEqual({ statusCode: 0 });
  });

  it('answers a name that is taken with HTTP 500, statusCode 4 and the code 5836044 that was seen for skills', async () => {
    await world.config('POST', 'skills', skill);
    const again = await world.config('POST', 'skills', skill);
    expect(again.status).toBe(500);
    expect(again.json).toEqual({
      statusCode: 4,
      statusMessage: 'Platform exception: Uniqueness constraint violated',
      platformCode: 5836044,
    });
  });

  it('answers a delta for an unknown DBID with code 10 and the text that was seen', async () => {
    const { status, json } = await world.config('PUT', 'skills', {
      'delta-skill': { CfgSkill: { DBID: '4711', name: 'x' } },
    });
    expect(status).toBe(500);
    expect(json).toEqual({
      statusCode: 4,
      statusMessage: 'Platform exception: No object found for the delta [CfgSkillUpdate], DBID [4711]',
      platformCode: 10,
    });
  });

  it('answers a delete of an unknown DBID with code 10, a read with 404 and statusCode 6', async () => {
    const gone = await world.config('DELETE', 'skills/4711');
    expect([gone.status, gone.json]).toEqual([
      500,
      { statusCode: 4, statusMessage: 'Platform exception: Object not found', platformCode: 10 },
    ]);
    const unread = await world.config('GET', 'skills/4711');
    expect([unread.status, unread.json]).toEqual([
      404,
      { statusCode: 6, statusMessage: 'Resource not found' },
    ]);
  });

  it('answers a missing mandatory attribute, an unknown one, a number and a DBID in a new object with an error and changes nothing', async () => {
    const before = await world.world();
    const bodies = [
      {},
      { skill: { name: 'x' } },
      { skill: { name: 'x', tenantDBID: '1', colour: 'red' } },
      { skill: { name: 'x', tenantDBID: 1 } },
      { skill: { name: 'x', tenantDBID: '1', DBID: '7' } },
      { skill: { name: 'x', tenantDBID: '77' } },
      '{"skill":',
    ];
    for (const body of bodies) {
      const { json } = await world.config('POST', 'skills', body);
      expect(json.statusCode, JSON.stringify(body)).not.toBe(0);
    }
    expect(await world.world()).toEqual(before);
    expect(await world.log()).toEqual([]);
  });

  it('lets a reading user read and refuses him everything else, in either spelling of the refusal', async () => {
    expect((await world.config('GET', 'scripts', undefined, 'observer')).json.scripts.length).toBeGreaterThan(
      5,
    );
    const refused = await world.config('POST', 'skills', skill, 'observer');
    expect(refused.status).toBe(500);
    expect(refused.json).toMatchObject({ statusCode: 4, platformCode: (22 << 8) | 201 });
    await world.switch({ permissionRefusal: '403/5' });
    const other = await world.config('POST', 'skills', skill, 'observer');
    expect([other.status, other.json.statusCode]).toEqual([403, 5]);
  });

  it('hides what the caller cannot read: lists leave it out, one alone is not found', async () => {
    await world.createPerson('nobody');
    const as = { authorization: world.basic('nobody', 'secret') };
    const list = await world.send(
      'GET',
      `${world.simulator.gwsUrl}/platform/configuration/scripts?tenant_dbid=1`,
      undefined,
      as,
    );
    expect(list.json).toEqual({ statusCode: 0, scripts: [] });
    const one = await world.send(
      'GET',
      `${world.simulator.gwsUrl}/platform/configuration/tenants/1`,
      undefined,
      as,
    );
    expect(one.status).toBe(404);
  });
});

describe('sessions and CSRF', () => {
  it('refuses a change without the token of the session and takes it with one', async () => {
    const url = `${world.simulator.gwsUrl}/platform/configuration/skills`;
    const body = { skill: { name: 'x', tenantDBID: '1' } };
    const authorization = world.basic();
    const bare = await world.send('POST', url, body, { authorization });
    expect([bare.status, bare.text]).toEqual([403, 'Missing or invalid Csrf token']);
    await world.switch({ csrfRefusal: 'json' });
    expect((await world.send('POST', url, body, { authorization })).json.statusMessage).toBe(
      'Missing or invalid Csrf token',
    );
    await world.openSession();
    const crossed = await world.send('POST', url, body, { authorization, 'x-csrf-token': world.csrf });
    expect(crossed.status, 'the token of another session').toBe(403);
    expect((await world.config('POST', 'skills', body)).status).toBe(200);
  });

  it('works with Basic alone where CSRF protection is off, and sends no token', async () => {
    await world.switch({ csrf: false });
    const authorization = world.basic();
    const me = await world.send('GET', `${world.simulator.gwsUrl}/me`, undefined, { authorization });
    expect(me.headers.get('x-csrf-token')).toBeNull();
    const url = `${world.simulator.gwsUrl}/platform/configuration/skills`;
    expect(
      (await world.send('POST', url, { skill: { name: 'x', tenantDBID: '1' } }, { authorization })).status,
    ).toBe(200);
  });

  it('names the header to use on every GET and knows the caller of a session by its cookie', async () => {
    await world.openSession();
    const me = await world.send('GET', `${world.simulator.gwsUrl}/me`, undefined, { cookie: world.cookie });
    expect(me.headers.get('x-csrf-header')).toBe('X-CSRF-TOKEN');
    expect(me.headers.get('x-csrf-token')).toBe(world.csrf);
    expect(me.json.user.userName).toBe('onboarding');
  });

  it('refuses a wrong password and an anonymous caller with 401', async () => {
    const url = `${world.simulator.gwsUrl}/platform/configuration/skills`;
    expect((await world.send('GET', url)).status).toBe(401);
    expect(
      (await world.send('GET', url, undefined, { authorization: world.basic('onboarding', 'wrong') })).status,
    ).toBe(401);
  });

  it('an expired session makes its token invalid while Basic still logs in', async () => {
    await world.fault({ kind: 'expire-session' });
    const refused = await world.config('POST', 'skills', { skill: { name: 'x', tenantDBID: '1' } });
    expect(refused.status).toBe(403);
    await world.openSession();
    expect((await world.config('POST', 'skills', { skill: { name: 'x', tenantDBID: '1' } })).status).toBe(
      200,
    );
  });

  it('answers 404 on every collection when the feature is not enabled', async () => {
    await world.switch({ features: 'missing' });
    expect((await world.config('GET', 'tenants')).status).toBe(404);
    expect((await world.gws('GET', '/me')).status).toBe(200);
    await world.switch({ features: 'read-only' });
    expect((await world.config('GET', 'tenants')).status).toBe(200);
    expect((await world.config('POST', 'skills', { skill: { name: 'x', tenantDBID: '1' } })).status).toBe(
      404,
    );
  });
});

describe('filters', () => {
  const names = async (query: string): Promise<string[]> => {
    const { json } = await world.config('GET', query);
    const list = json[query.split('?')[0] ?? ''] as {
      name?: string;
      userName?: string;
      CfgGroup?: { name: string };
    }[];
    return list.map((o) => o.name ?? o.userName ?? o.CfgGroup?.name ?? '').sort();
  };

  it('takes a quoted value as a string and an unquoted number as an integer, and refuses the wrong one', async () => {
    await world.config('POST', 'skills', { skill: { name: '4711', tenantDBID: '1' } });
    expect(await names('skills?name=%224711%22')).toEqual(['4711']);
    const wrong = [
      await world.config('GET', 'skills?name=4711'),
      await world.config('GET', 'tenants?dbid=%221%22'),
    ];
    expect(wrong.map((a) => [a.status, a.json.statusCode])).toEqual([
      [400, 2],
      [400, 2],
    ]);
    await world.switch({ filterWrongType: 'empty' });
    expect(await names('skills?name=4711')).toEqual([]);
    await world.switch({ filterWrongType: 'ignored' });
    expect(await names('skills?name=4711')).toEqual(['4711']);
  });

  it('refuses or ignores a key it does not know, as the switch says', async () => {
    expect((await world.config('GET', 'tenants?colour=1')).status).toBe(400);
    await world.switch({ filtersUnknownKey: 'ignored' });
    expect(await names('tenants?colour=1')).toEqual(['Branch', 'Environment']);
  });

  it('finds names with quotes, slashes, unicode and digits as what they are', async () => {
    for (const name of ['a"b', 'a/b?c&d', 'Ünïcode 漢字', '12']) {
      await world.config('POST', 'skills', { skill: { name, tenantDBID: '1' } });
      expect(await names(`skills?name=${encodeURIComponent(`"${name}"`)}`)).toEqual([name]);
    }
  });

  it('lists the Business Processes of a tenant', async () => {
    expect(await names('scripts?tenant_dbid=1&script_type=28')).toEqual([
      'Bank Chat',
      'Bank E-mail',
      'Claims Intake',
      'Claims Review',
      'Retail Complaints',
      'Retail Inbound',
      'Retail Outbound',
    ]);
  });

  it('finds applications by type, client, backup, primary and account', async () => {
    const retail = await world.application('IxnServer_Retail');
    const backup = await world.application('IxnServer_Retail_B');
    expect(await names('applications?app_type=111&tenant_dbid=1')).toHaveLength(6);
    expect(await names(`applications?server_dbid=${retail}`)).toEqual([
      'StatServer_Retail',
      'Workspace_Retail',
    ]);
    expect(await names(`applications?backup_server_dbid=${backup}`)).toEqual(['IxnServer_Retail']);
    expect(await names(`applications?primary_server_dbid=${retail}`)).toEqual(['IxnServer_Retail_B']);
    expect(await names('applications?account_type=21&account_dbid=98&app_type=1')).toEqual([
      'IxnServer_Legacy',
    ]);
    expect(await names('applications?account_type=3&account_dbid=100')).toEqual([]);
  });

  it('finds persons by user name and employee id, groups by member', async () => {
    expect(await names('persons?user_name=%22designer%22')).toEqual(['designer']);
    expect(await names('persons?employee_id=%22A-1001%22')).toEqual(['agent.miller']);
    const onboarding = await world.dbid('persons', 'onboarding', 'user_name');
    expect(await names(`access-groups?person_dbid=${onboarding}`)).toEqual(['Super Administrators']);
    await world.switch({ personDbidListsEveryone: true });
    expect(await names(`access-groups?person_dbid=${onboarding}`)).toEqual([
      'EVERYONE',
      'Super Administrators',
    ]);
  });
});

describe('objects', () => {
  it('sends every scalar as a string and structures under their class name', async () => {
    const { json } = await world.config('GET', 'access-groups?name=%22Super%20Administrators%22');
    const [group] = json['access-groups'];
    expect(group).toMatchObject({
      type: '4',
      CfgGroup: { tenantDBID: '1', name: 'Super Administrators', state: '1' },
    });
    expect(group.memberIDs[0]).toEqual({ CSID: '0', DBID: '100', type: '3' });
    const app = (await world.config('GET', `applications/${await world.application('IxnServer_Retail')}`))
      .json.application;
    expect(app).toMatchObject({
      type: '111',
      isServer: '2',
      isPrimary: '2',
      tenantDBIDs: ['1'],
      shutdownTimeout: '90',
    });
    expect(Number(app.CfgServer.backupServerDBID)).toBe(await world.application('IxnServer_Retail_B'));
    expect(app).not.toHaveProperty('account');
  });

  it('changes only what a delta names', async () => {
    const id = await world.createPerson('p1');
    await world.config('PUT', 'persons', {
      'delta-person': { CfgPerson: { DBID: String(id), lastName: 'New' } },
    });
    const { person } = (await world.config('GET', `persons/${id}`)).json;
    expect(person).toMatchObject({ userName: 'p1', employeeID: 'p1', lastName: 'New', firstName: '' });
    expect(person).not.toHaveProperty('password');
  });

  it('keeps the annex of groups, persons and applications as it was written', async () => {
    const annex = { 'solution-onboarding': { solution: 'a"b/ü', operation: '1' }, other: { k: '' } };
    const group = { 'access-group': { CfgGroup: { name: 'g', tenantDBID: '1', userProperties: annex } } };
    const g = Number((await world.config('POST', 'access-groups', group)).json.id);
    expect(
      (await world.config('GET', `access-groups/${g}`)).json['access-group'].CfgGroup.userProperties,
    ).toEqual(annex);
    const person = { tenantDBID: '1', userName: 'x', employeeID: 'x', userProperties: annex };
    const p = Number((await world.config('POST', 'persons', { person })).json.id);
    await world.config('PUT', 'persons', {
      'delta-person': {
        CfgPerson: { DBID: String(p) },
        changedUserProperties: { other: { k: 'v' } },
        deletedUserProperties: { 'solution-onboarding': { operation: '' } },
      },
    });
    expect((await world.config('GET', `persons/${p}`)).json.person.userProperties).toEqual({
      'solution-onboarding': { solution: 'a"b/ü' },
      other: { k: 'v' },
    });
    await world.switch({ groupAnnex: 'beside' });
    expect((await world.config('GET', `access-groups/${g}`)).json['access-group'].userProperties).toEqual(
      annex,
    );
  });

  it('adds and removes members in each spelling that a switch allows, and never twice', async () => {
    const group = await world.createGroup('g');
    const person = await world.createPerson('p');
    const members = async () =>
      (await world.config('GET', `access-groups/${group}`)).json['access-group'].memberIDs;
    await world.addMember(group, person);
    await world.addMember(group, person);
    expect(await members()).toEqual([{ CSID: '0', DBID: String(person), type: '3' }]);
    expect((await world.changeMembers(group, 'addedMemberIDs', person)).status).toBe(400);
    await world.changeMembers(group, 'deletedMemberIDs', person);
    await world.switch({
      membersSpelling: 'addedMemberIDs',
      membersWrapped: 'cfgID',
      oneElementListsBare: true,
    });
    await world.changeMembers(group, 'addedMemberIDs', person);
    expect(await members()).toEqual({ cfgID: { CSID: '0', DBID: String(person), type: '3' } });
    await world.switch({ emptyListsOmitted: true });
    await world.changeMembers(group, 'deletedMemberIDs', person);
    expect(await members()).toBeUndefined();
    const effects = (await world.log()).map((line) => line.effect);
    expect(effects).toEqual(['create', 'create', 'update', 'update', 'update', 'update']);
  });

  it('keeps names unique where the platform does: user names in the database, groups in their tenant', async () => {
    await world.createGroup('g');
    expect(
      (
        await world.config('POST', 'access-groups', {
          'access-group': { CfgGroup: { name: 'g', tenantDBID: '1' } },
        })
      ).json.platformCode,
    ).toBe((89 << 16) | (21 << 8) | 12);
    const branch = await world.dbid('tenants', 'Branch');
    expect(await world.createGroup('g', String(branch))).toBeGreaterThan(0);
    await world.createPerson('p', 'e1');
    const person = { tenantDBID: String(branch), userName: 'p', employeeID: 'e2' };
    expect((await world.config('POST', 'persons', { person })).json.platformCode & 0xff).toBe(12);
    const sameEmployee = { tenantDBID: String(branch), userName: 'q', employeeID: 'e1' };
    expect((await world.config('POST', 'persons', { person: sameEmployee })).status).toBe(200);
    await world.switch({ employeeIdScope: 'database' });
    const third = { tenantDBID: '1', userName: 'r', employeeID: 'e1' };
    expect((await world.config('POST', 'persons', { person: third })).json.platformCode & 0xff).toBe(12);
  });

  it('never gives a DBID out twice', async () => {
    const first = await world.createGroup('g');
    await world.config('DELETE', `access-groups/${first}`);
    expect(await world.createGroup('g')).toBe(first + 1);
  });

  it('refuses to change what is immutable', async () => {
    const id = await world.createPerson('p');
    const answer = await world.config('PUT', 'persons', {
      'delta-person': { CfgPerson: { DBID: String(id), isAgent: '2' } },
    });
    expect(answer.status).toBe(500);
  });

  it('cleans memberships when a Person goes, and refuses while it is the account of a server', async () => {
    const group = await world.createGroup('g');
    const person = await world.createPerson('p');
    await world.addMember(group, person);
    const claims = await world.application('IxnServer_Claims');
    await world.bridge('PUT', `account/${claims}`, { accountType: 3, accountDbid: person });
    const refused = await world.config('DELETE', `persons/${person}`);
    expect(refused.json).toMatchObject({ statusCode: 4, platformCode: (3 << 8) | 202 });
    await world.bridge('PUT', `account/${claims}`, { accountType: 21, accountDbid: 98 });
    expect((await world.config('DELETE', `persons/${person}`)).status).toBe(200);
    expect((await world.config('GET', `access-groups/${group}`)).json['access-group'].memberIDs).toEqual([]);
  });

  it('deletes no default group and no default user', async () => {
    for (const path of ['access-groups/97', 'access-groups/98', 'persons/100'])
      expect((await world.config('DELETE', path)).status).toBe(500);
  });

  it('puts a new Person into the Administrators only where default access is given', async () => {
    const groupsOf = async (person: number) =>
      (await world.config('GET', `access-groups?person_dbid=${person}`)).json['access-groups'].map(
        (g: { CfgGroup: { name: string } }) => g.CfgGroup.name,
      );
    expect(await groupsOf(await world.createPerson('p'))).toEqual([]);
    await world.switch({ noDefaultAccess: false });
    expect(await groupsOf(await world.createPerson('q'))).toEqual(['Administrators']);
    const option = (await world.config('GET', 'applications/99')).json.application.options.security[
      'no-default-access'
    ];
    expect(option).toBe('1');
  });

  it('gives a backup the connections and tenants of its primary', async () => {
    const primary = await world.application('IxnServer_Retail');
    const extra = await world.application('StatServer_Shared');
    await world.config('PUT', 'applications', {
      'delta-application': {
        CfgApplication: { DBID: String(primary) },
        appServerDBIDs: [{ appServerDBID: String(extra) }],
      },
    });
    const backup = (await world.config('GET', 'applications?name=%22IxnServer_Retail_B%22')).json
      .applications[0];
    expect(backup.appServerDBIDs.map((c: { appServerDBID: string }) => Number(c.appServerDBID))).toContain(
      extra,
    );
  });

  it('lists folders with what lies in them', async () => {
    const group = await world.createGroup('g');
    const { folders } = (await world.config('GET', `folders?type=${Type.accessGroup}&owner_dbid=1`)).json;
    expect(folders[0].objectIDs).toContainEqual({ CSID: '0', DBID: String(group), type: '21' });
  });
});
