/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call --
   answers are looked at as JSON, member by member: no type of ours stands between the wire and the expectation */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM, TestWorld, Type } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.control('POST', 'reset', {}));

const grant9 = (accountDbid: number, accountType = 21) => ({ accountType, accountDbid, accessMask: 9 });

describe('access control lists', () => {
  it('replaces the whole list and answers the hash of what it holds', async () => {
    const script = await world.dbid('scripts', 'Retail Inbound');
    const group = await world.createGroup('g');
    const before = await world.bridge('GET', `acl/12/${script}`);
    const put = await world.bridge('PUT', `acl/12/${script}`, { entries: [grant9(group)], recursive: false });
    expect(put.json).toEqual({ objectType: 12, dbid: script, entries: [grant9(group)] });
    const after = await world.bridge('GET', `acl/12/${script}`);
    expect(after.json.entries).toEqual([grant9(group)]);
    expect(after.headers.get('etag')).toBe(put.headers.get('etag'));
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  it('refuses a write whose If-Match is not the hash of now, and changes nothing', async () => {
    const script = await world.dbid('scripts', 'Retail Inbound');
    const read = await world.bridge('GET', `acl/12/${script}`);
    const entries = [grant9(97)];
    const etag = read.headers.get('etag') ?? '';
    await world.control('POST', 'change', {
      acl: { object: { type: 12, dbid: script }, account: { type: 21, dbid: 97 }, accessMask: 1 },
    });
    const refused = await world.bridge('PUT', `acl/12/${script}`, { entries }, { 'if-match': etag });
    expect(refused.status).toBe(412);
    expect((await world.bridge('GET', `acl/12/${script}`)).json.entries).toContainEqual({
      accountType: 21,
      accountDbid: 97,
      accessMask: 1,
    });
    const now = (await world.bridge('GET', `acl/12/${script}`)).headers.get('etag') ?? '';
    expect((await world.bridge('PUT', `acl/12/${script}`, { entries }, { 'if-match': now })).status).toBe(
      200,
    );
  });

  it('gives the same hash to the same list in another order, and writes no line for it', async () => {
    const script = await world.dbid('scripts', 'Retail Inbound');
    const { json, headers } = await world.bridge('GET', `acl/12/${script}`);
    const put = await world.bridge('PUT', `acl/12/${script}`, { entries: [...json.entries].reverse() });
    expect(put.headers.get('etag')).toBe(headers.get('etag'));
    expect(await world.log()).toEqual([]);
  });

  it('pushes a list to the children of a container only when asked to', async () => {
    const { folders } = (await world.config('GET', 'folders?type=12&owner_dbid=1')).json;
    const script = await world.dbid('scripts', 'Retail Inbound');
    const before = (await world.bridge('GET', `acl/12/${script}`)).json;
    await world.bridge('PUT', `acl/22/${folders[0].DBID}`, { entries: [grant9(98)] });
    expect((await world.bridge('GET', `acl/12/${script}`)).json).toEqual(before);
    await world.bridge('PUT', `acl/22/${folders[0].DBID}`, { entries: [grant9(98)], recursive: true });
    expect((await world.bridge('GET', `acl/12/${script}`)).json.entries).toEqual([grant9(98)]);
  });

  it('answers an unknown object, an unknown account, a wrong token and a malformed body each in its own way', async () => {
    const script = await world.dbid('scripts', 'Retail Inbound');
    const missing = await world.bridge('GET', 'acl/12/9999');
    expect([missing.status, missing.json.errorType]).toEqual([404, 10]);
    expect((await world.bridge('PUT', `acl/12/${script}`, { entries: [grant9(9999)] })).status).toBe(404);
    expect(
      (await world.bridge('PUT', `acl/12/${script}`, { entries: [grant9(98), grant9(98)] })).status,
    ).toBe(409);
    expect((await world.bridge('PUT', `acl/12/${script}`, { entries: 'all' })).status).toBe(400);
    expect((await world.bridge('PUT', `acl/12/${script}`, '{"entries":')).status).toBe(400);
    const stranger = await world.send('GET', `${world.simulator.bridgeUrl}/v1/health`, undefined, {
      authorization: 'Bearer no',
    });
    expect(stranger.status).toBe(401);
    expect((await world.bridge('GET', 'health')).json).toEqual({
      configurationServer: 'connected',
      solutionControlServer: 'connected',
    });
  });
});

describe('effective permissions', () => {
  const mask = async (object: string, accountType: number, dbid: number): Promise<number> =>
    (
      await world.bridge(
        'GET',
        `effective-permission/${object}?account_type=${accountType}&account_dbid=${dbid}`,
      )
    ).json.accessMask;

  it('are the union of what the Person, its groups and EVERYONE have', async () => {
    const script = await world.dbid('scripts', 'Retail Inbound');
    const person = await world.createPerson('p');
    const group = await world.createGroup('g');
    const object = `${Type.script}/${script}`;
    expect(await mask(object, 3, person)).toBe(0);
    await world.grant(12, script, 21, group, 8);
    expect(await mask(object, 3, person)).toBe(0);
    await world.addMember(group, person);
    expect(await mask(object, 3, person)).toBe(8);
    await world.grant(12, script, 3, person, 4);
    await world.grant(12, script, 21, 97, 1);
    expect(await mask(object, 3, person)).toBe(13);
    expect(await mask(object, 21, group)).toBe(9);
    expect(await mask(object, 3, 100)).toBe(127);
  });

  it('of many objects come in the order asked, null where there is no object', async () => {
    const base = await world.dbid('access-groups', 'Ixn servers base');
    const host = await world.dbid('hosts', 'ixn-1');
    const script = await world.dbid('scripts', 'Retail Inbound');
    const objects = [
      { objectType: 12, dbid: script },
      { objectType: 10, dbid: host },
      { objectType: 12, dbid: 9999 },
      { objectType: 7, dbid: 1 },
    ];
    const { json } = await world.bridge('POST', 'effective-permissions', {
      accountType: 21,
      accountDbid: base,
      objects,
    });
    expect(json.results.map((r: { accessMask: number | null }) => r.accessMask)).toEqual([0, 1, null, 1]);
    expect(json.results.map((r: { dbid: number }) => r.dbid)).toEqual([script, host, 9999, 1]);
  });
});

describe('the account of an application', () => {
  it('is read and set, with a hash to compare', async () => {
    const claims = await world.application('IxnServer_Claims');
    const person = await world.createPerson('p');
    const read = await world.bridge('GET', `account/${claims}`);
    expect(read.json).toEqual(SYSTEM);
    const etag = read.headers.get('etag') ?? '';
    const account = { accountType: 3, accountDbid: person };
    expect((await world.bridge('PUT', `account/${claims}`, account, { 'if-match': etag })).json).toEqual(
      account,
    );
    expect((await world.bridge('PUT', `account/${claims}`, SYSTEM, { 'if-match': etag })).status).toBe(412);
    const bound = await world.config('GET', `applications?account_type=3&account_dbid=${person}`);
    expect(bound.json.applications.map((a: { name: string }) => a.name)).toEqual(['IxnServer_Claims']);
  });

  it('can only be a Person or an access group that exists, on a server', async () => {
    const claims = await world.application('IxnServer_Claims');
    const put = async (dbid: number, accountType: number, accountDbid: number) =>
      (await world.bridge('PUT', `account/${dbid}`, { accountType, accountDbid })).status;
    expect(await put(claims, 9, 99)).toBe(409);
    expect(await put(claims, 3, 9999)).toBe(404);
    expect(await put(claims, 3, 0)).toBe(400);
    expect(await put(await world.application('Workspace'), 21, 98)).toBe(409);
    expect(await put(9999, 21, 98)).toBe(404);
  });

  it('written back as it is leaves no line in the log', async () => {
    const claims = await world.application('IxnServer_Claims');
    expect((await world.bridge('PUT', `account/${claims}`, SYSTEM)).status).toBe(200);
    expect(await world.log()).toEqual([]);
  });

  it('of a linked pair is accepted, refused or mirrored, as the switches say', async () => {
    const primary = await world.application('IxnServer_Retail');
    const backup = await world.application('IxnServer_Retail_B');
    const person = { accountType: 3, accountDbid: await world.createPerson('p') };
    const set = async (dbid: number, account: object) =>
      (await world.bridge('PUT', `account/${dbid}`, account)).status;
    const account = async (dbid: number) => (await world.bridge('GET', `account/${dbid}`)).json;

    await world.switch({ pairAccountUpdate: 'refused' });
    expect(await set(backup, SYSTEM)).toBe(409);
    await world.switch({ pairAccountUpdate: 'accepted', pairRule: 'update' });
    expect(await set(backup, SYSTEM)).toBe(200);
    expect(await set(backup, person)).toBe(409);
    await world.switch({ pairAccountUpdate: 'mirrored' });
    expect(await set(backup, person)).toBe(200);
    expect(await account(primary)).toEqual(person);
    await world.switch({ pairAccountUpdate: 'accepted', pairRule: 'never' });
    expect(await set(backup, SYSTEM)).toBe(200);
    expect(await account(primary)).toEqual(person);
  });
});
