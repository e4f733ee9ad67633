/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call -- answers are looked at as JSON */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM, TestWorld, Type } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.control('POST', 'reset', {}));

describe('the bridge, with the rights of its user', () => {
  it('reads and writes nothing that the user may not, and says so with 403 and the number of the platform', async () => {
    const server = await world.application('IxnServer_Claims');
    await world.switch({ bridgeUser: 'observer' });
    const before = await world.world();
    expect((await world.bridge('GET', `acl/9/${server}`)).status).toBe(200);
    expect((await world.bridge('GET', `account/${server}`)).status).toBe(200);
    expect((await world.bridge('GET', `applications/${server}/status`)).status).toBe(200);
    const refused = [
      await world.bridge('PUT', `acl/9/${server}`, { entries: [] }),
      await world.bridge('PUT', `account/${server}`, SYSTEM),
      await world.bridge('POST', `applications/${server}/stop`, {}),
      await world.bridge('POST', `applications/${server}/start`, {}),
      await world.bridge('POST', `applications/${server}/switch-over`, {}),
    ];
    for (const { status, json } of refused)
      expect([status, json.errorType, json.objectType]).toEqual([403, 201, Type.application]);
    expect(await world.world()).toEqual(before);
    await world.switch({ bridgeUser: 'agent.miller' });
    for (const path of [`acl/9/${server}`, `account/${server}`, `applications/${server}/status`])
      expect((await world.bridge('GET', path)).status, path).toBe(403);
    const many = { accountType: 21, accountDbid: 98, objects: [{ objectType: 9, dbid: server }] };
    expect((await world.bridge('POST', 'effective-permissions', many)).status).toBe(403);
  });

  it('has no session when its user is not there', async () => {
    await world.switch({ bridgeUser: 'nobody' });
    expect((await world.bridge('GET', 'acl/7/1')).status).toBe(503);
  });

  it('answers an object that is not there among many as null, or refuses all, as the switch says', async () => {
    const many = {
      accountType: 21,
      accountDbid: 98,
      objects: [
        { objectType: 7, dbid: 1 },
        { objectType: 7, dbid: 99 },
      ],
    };
    const { json } = await world.bridge('POST', 'effective-permissions', many);
    expect(json.results.map((r: { accessMask: number }) => r.accessMask)).toEqual([127, null]);
    await world.switch({ manyWithMissing: 'refused' });
    expect((await world.bridge('POST', 'effective-permissions', many)).status).toBe(404);
  });

  it('gives a list in another order the same ETag', async () => {
    const as = await world.bridge('GET', 'acl/7/1');
    await world.switch({ aclOrder: 'reversed' });
    const reversed = await world.bridge('GET', 'acl/7/1');
    expect(reversed.json.entries).toEqual([...as.json.entries].reverse());
    expect(reversed.headers.get('etag')).toBe(as.headers.get('etag'));
  });
});

describe('the objects API, with the rights of its caller', () => {
  it('finds applications by account only for who may read their access control lists', async () => {
    const query = 'applications?account_type=21&account_dbid=98';
    const all = (await world.config('GET', query)).json.applications.length as number;
    expect(all).toBeGreaterThan(5);
    expect((await world.config('GET', query, undefined, 'observer')).json.applications).toHaveLength(all);
    const reader = await world.createPerson('reader');
    const server = await world.application('IxnServer_Claims');
    await world.grant(Type.application, server, Type.person, reader, 1);
    const authorization = world.basic('reader', 'secret');
    const url = `${world.simulator.gwsUrl}/platform/configuration/`;
    const seen = await world.send('GET', `${url}applications`, undefined, { authorization });
    expect(seen.json.applications).toHaveLength(1);
    const bound = await world.send('GET', url + query, undefined, { authorization });
    expect(bound.json.applications).toEqual([]);
  });

  it('lets a Person without any group sign in, or not, as the switch says', async () => {
    await world.createPerson('lonely');
    const me = async (): Promise<number> =>
      (
        await world.send('GET', `${world.simulator.gwsUrl}/me`, undefined, {
          authorization: world.basic('lonely', 'secret'),
        })
      ).status;
    expect(await me()).toBe(200);
    await world.switch({ signInNeedsGroup: true });
    expect(await me()).toBe(401);
  });
});

describe('what a switch makes of the wire', () => {
  it('answers numbers as numbers, and leaves names and annexes what they are', async () => {
    await world.config('POST', 'scripts', {
      script: { name: '0042', tenantDBID: '1', type: '28', userProperties: { '7': { type: '12' } } },
    });
    await world.switch({ scalarsInAnswers: 'numbers' });
    const { json } = await world.config('GET', 'scripts?name=%220042%22');
    expect(json.scripts).toMatchObject([
      { name: '0042', tenantDBID: 1, type: 28, state: 1, userProperties: { '7': { type: '12' } } },
    ]);
    const server = await world.config('GET', `applications/${await world.application('IxnServer_Retail')}`);
    expect(server.json.application.tenantDBIDs).toEqual([1]);
    expect(typeof server.json.application.CfgServer.hostDBID).toBe('number');
  });

  it('answers a filtered list without a match as not found, where the platform does', async () => {
    await world.switch({ noMatch: 'not-found' });
    expect((await world.config('GET', 'scripts?name=%22none%22')).status).toBe(404);
    expect((await world.config('GET', 'scripts')).status).toBe(200);
  });

  const member = (person: number): object => ({ CSID: '0', DBID: String(person), type: '3' });
  it.each([
    [{ membersIn: 'CfgDeltaGroup' }, 'inside', 'bare', true],
    [{ membersIn: 'CfgDeltaGroup' }, 'beside', 'bare', false],
    [{ membersIn: 'delta-access-group' }, 'inside', 'bare', false],
    [{ membersIn: 'delta-access-group' }, 'beside', 'wrapped', true],
    [{ memberItems: 'wrapped' }, 'inside', 'wrapped', true],
    [{ memberItems: 'wrapped' }, 'inside', 'bare', false],
    [{ memberItems: 'bare' }, 'beside', 'bare', true],
    [{ memberItems: 'bare' }, 'beside', 'wrapped', false],
  ] as const)(
    'with %j takes members %s the group’s structure, %s: %s',
    async (switches, where, shape, taken) => {
      const group = await world.createGroup('readers');
      const person = await world.createPerson('member');
      const item = shape === 'bare' ? member(person) : { cfgID: member(person) };
      const CfgGroup = { DBID: String(group) };
      const delta =
        where === 'inside'
          ? { CfgDeltaGroup: { CfgGroup, memberIDs: [item] } }
          : { CfgDeltaGroup: { CfgGroup }, memberIDs: [item] };
      await world.switch(switches);
      const strict = await world.config('PUT', 'access-groups', { 'delta-access-group': delta });
      expect(strict.status === 200).toBe(taken);
      await world.switch({ unknownMembers: 'ignored' });
      expect((await world.config('PUT', 'access-groups', { 'delta-access-group': delta })).status).toBe(200);
      const { json } = await world.config('GET', `access-groups/${group}`);
      expect(json['access-group'].memberIDs).toHaveLength(taken ? 1 : 0);
    },
  );

  it('keeps sections and keys with names that mean something to JavaScript', async () => {
    const body = `{"script":{"name":"x","tenantDBID":"1","type":"28","userProperties":{"__proto__":{"constructor":"a","__proto__":"b"},"toString":{}}}}`;
    const { json } = await world.config('POST', 'scripts', body);
    const read = await world.config('GET', `scripts/${json.id}`);
    expect(read.text).toContain('"__proto__":{"constructor":"a","__proto__":"b"},"toString":{}');
    const delta = `{"delta-script":{"CfgScript":{"DBID":"${json.id}"},"deletedUserProperties":{"__proto__":{"constructor":""}}}}`;
    expect((await world.config('PUT', 'scripts', delta)).status).toBe(200);
    expect((await world.config('GET', `scripts/${json.id}`)).text).toContain('"__proto__":{"__proto__":"b"}');
    const odd = await world.config(
      'POST',
      'scripts',
      '{"script":{"name":"y","tenantDBID":"1","type":"28","constructor":"1"}}',
    );
    expect(odd.status).toBe(400);
  });
});
