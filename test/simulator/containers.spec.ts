/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are looked at as JSON */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestWorld, Type } from './world.js';

const FOLDER = 22;
let world: TestWorld;
let group = 0;
let scripts = 0;
let process = 0;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.control('POST', 'reset', {});
  await world.switch({ propagation: 'new-objects', propagationBit: 'ignored' });
  group = await world.createGroup('readers');
  scripts = await world.dbid('folders', 'scripts');
  process = await world.dbid('scripts', 'Retail Inbound');
});

const maskOn = async (type: number, dbid: number): Promise<number | undefined> => {
  const { json } = await world.bridge('GET', `acl/${type}/${dbid}`);
  return json.entries.find((e: { accountDbid: number }) => e.accountDbid === group)?.accessMask;
};
const newScript = async (name: string): Promise<number> => {
  const created = await world.config('POST', 'scripts', { script: { name, tenantDBID: '1', type: '28' } });
  return Number(created.json.id);
};
const take = async (type: number, dbid: number): Promise<void> => {
  const { json } = await world.bridge('GET', `acl/${type}/${dbid}`);
  const entries = json.entries.filter((e: { accountDbid: number }) => e.accountDbid !== group);
  expect((await world.bridge('PUT', `acl/${type}/${dbid}`, { entries })).status).toBe(200);
};

describe('a right on a container', () => {
  it('reaches new objects in it, and those that are there already only when it is pushed to them', async () => {
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 9);
    expect(await maskOn(Type.script, process)).toBeUndefined();
    expect(await maskOn(Type.script, await newScript('New one'))).toBe(9);
    const { json } = await world.bridge('GET', `acl/${FOLDER}/${scripts}`);
    await world.bridge('PUT', `acl/${FOLDER}/${scripts}`, { entries: json.entries, recursive: true });
    expect(await maskOn(Type.script, process)).toBe(9);
  });

  it('reaches what is in it at once where the platform has it so, and goes with it, leaving other entries alone', async () => {
    await world.switch({ propagation: 'at-once' });
    const before = await world.bridge('GET', `acl/12/${process}`);
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 1);
    expect(await maskOn(Type.script, process)).toBe(1);
    const log = await world.log();
    expect(log.filter((line) => line.effect === 'acl' && line.object.dbid === process)).toHaveLength(1);
    await take(FOLDER, scripts);
    expect((await world.bridge('GET', `acl/12/${process}`)).json).toEqual(before.json);
  });

  it('on a tenant reaches its folders and through them what the tenant owns', async () => {
    await world.switch({ propagation: 'at-once' });
    await world.grant(Type.tenant, await world.dbid('tenants', 'Branch'), Type.accessGroup, group, 1);
    expect(await maskOn(FOLDER, await world.dbid('folders', 'Branch scripts'))).toBe(1);
    expect(await maskOn(Type.script, await world.dbid('scripts', 'Branch Walk-in'))).toBe(1);
    expect(await maskOn(Type.script, process), 'another tenant').toBeUndefined();
  });

  it('voids an isolation without an entry on any Business Process: the server sees them all', async () => {
    await world.switch({ propagation: 'at-once' });
    const seen = async (): Promise<number> =>
      (await world.world()).servers.find((server) => server.name === 'IxnServer_Claims')!.sees.length;
    const server = await world.application('IxnServer_Claims');
    await world.grant(Type.application, server, Type.accessGroup, group, 9);
    const list = await world.dbid('transactions', 'Claims opening hours');
    await world.grant(Type.transaction, list, Type.accessGroup, group, 1);
    await world.bridge('PUT', `account/${server}`, { accountType: Type.accessGroup, accountDbid: group });
    await world.bridge('POST', `applications/${server}/stop`, { graceful: false });
    await world.untilStatus(server, 1);
    await world.bridge('POST', `applications/${server}/start`, {});
    await world.untilStatus(server, 6);
    expect(await seen()).toBe(0);
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 1);
    expect(await seen()).toBe(7);
  });
});

describe('bit 128 of an entry in a container’s list', () => {
  it('means nothing where it is ignored', async () => {
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 9 | 128);
    expect(await maskOn(Type.script, await newScript('New one'))).toBe(9 | 128);
  });

  it('keeps an entry from propagating where that is its polarity', async () => {
    await world.switch({ propagationBit: 'stops', propagation: 'at-once' });
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 9 | 128);
    expect(await maskOn(Type.script, process)).toBeUndefined();
    expect(await maskOn(Type.script, await newScript('New one'))).toBeUndefined();
    await take(FOLDER, scripts);
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 9);
    expect(await maskOn(Type.script, process)).toBe(9);
  });

  it('lets an entry propagate where the polarity is the other, and everybody who propagated still does', async () => {
    await world.switch({ propagationBit: 'carries', propagation: 'at-once' });
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 9);
    expect(await maskOn(Type.script, await newScript('Without'))).toBeUndefined();
    await take(FOLDER, scripts);
    await world.grant(FOLDER, scripts, Type.accessGroup, group, 9 | 128);
    const script = await newScript('With');
    expect(await maskOn(Type.script, script)).toBe(9);
    expect(await maskOn(Type.script, process)).toBe(9);
    const read = await world.config('GET', `scripts/${script}`);
    expect(read.status, 'whoever could read new objects still can').toBe(200);
  });
});
