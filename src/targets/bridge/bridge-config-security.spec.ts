import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import type { StubRequest } from '../../../test/targets/stub-server.js';
import { sendJson } from '../../../test/targets/stub-server.js';
import type { StubTarget } from '../../../test/targets/stub-target.js';
import { startStubTarget } from '../../../test/targets/stub-target.js';
import { reading } from '../../saga/call.js';
import { BridgeConfigSecurity } from './bridge-config-security.js';

let target: StubTarget;
afterEach(() => target.stop());

interface Answer {
  status?: number;
  body: unknown;
  etag?: string;
}
async function security(answer: (request: StubRequest) => Answer): Promise<BridgeConfigSecurity> {
  target = await startStubTarget((request, response) => {
    const { status, body, etag } = answer(request);
    sendJson(response, body, status, etag === undefined ? {} : { etag });
  });
  return new BridgeConfigSecurity(target.bridge);
}
const missing = (objectType: number): Answer => ({
  status: 404,
  body: { errorType: 10, objectType, message: 'gone' },
});
const businessProcess = { type: 12, dbid: 201 };
const account = { type: 3, dbid: 120 };

describe('access lists', () => {
  const entries = [{ accountType: 21, accountDbid: 105, accessMask: 9 }];

  it('go back whole with the token they were read with, never to children', async () => {
    const port = await security(() => ({ body: { objectType: 12, dbid: 201, entries }, etag: '"abc"' }));
    const acl = await port.readAcl(reading, businessProcess);
    expect(acl).toEqual({ entries: [{ account: { type: 21, dbid: 105 }, accessMask: 9 }], token: '"abc"' });
    await port.replaceAcl(reading, businessProcess, acl!);
    const [, put] = target.server.requests;
    expect(put).toMatchObject({ method: 'PUT', path: '/bridge/v1/acl/12/201' });
    expect(put?.headers).toMatchObject({ 'if-match': '"abc"', authorization: 'Bearer bridge-token' });
    expect(JSON.parse(put!.body)).toEqual({ entries, recursive: false });
  });

  it('are not written when they were read without an ETag: what others made in between would be lost', async () => {
    const port = await security(() => ({ body: { entries: [] } }));
    const acl = await port.readAcl(reading, businessProcess);
    expect(acl).toEqual({ entries: [], token: null });
    await failureOf(port.replaceAcl(reading, businessProcess, acl!), 'invalid');
    expect(target.server.requests).toHaveLength(1);
  });

  it('of an object that is gone: null to read, a conflict to write', async () => {
    const port = await security(() => missing(12));
    expect(await port.readAcl(reading, businessProcess)).toBeNull();
    await failureOf(
      port.replaceAcl(reading, businessProcess, { entries: [], token: '"read-before"' }),
      'conflict',
    );
  });

  it.each([
    { objectType: 12, dbid: 202 },
    { objectType: '9', dbid: '201' },
  ])('of another object than asked for (%o) are not taken', async (other) => {
    const port = await security(() => ({ body: { ...other, entries }, etag: '"abc"' }));
    await failureOf(port.readAcl(reading, businessProcess), 'transient');
  });

  it('with an entry that cannot be read are not taken for shorter ones', async () => {
    const port = await security(() => ({ body: { entries: [...entries, { accountType: 21 }] } }));
    await failureOf(port.readAcl(reading, businessProcess), 'transient');
  });
});

describe('effective permissions', () => {
  const objects = Array.from({ length: 2_500 }, (_, i) => ({ type: 12, dbid: i + 1 }));
  type Asked = { accountType: number; accountDbid: number; objects: { objectType: number; dbid: number }[] };
  const mask = (dbid: number): number => (dbid % 2 === 0 ? 9 : 0);
  const results = (request: StubRequest): { objectType: number; dbid: number; accessMask: number }[] =>
    (JSON.parse(request.body) as Asked).objects.map((object) => ({
      ...object,
      accessMask: mask(object.dbid),
    }));

  it('are asked a thousand at a time and answered in the order asked', async () => {
    const port = await security((request) => ({ body: { results: results(request) } }));
    const masks = await port.effectivePermissions(reading, account, objects);
    expect(masks).toEqual(objects.map(({ dbid }) => mask(dbid)));
    const asked = target.server.requests.map(({ body }) => JSON.parse(body) as Asked);
    expect(asked.map((one) => one.objects.length)).toEqual([1_000, 1_000, 500]);
    expect(asked[0]).toMatchObject({ accountType: 3, accountDbid: 120 });
  });

  it('ask nothing for no objects', async () => {
    const port = await security(() => ({ body: {} }));
    expect(await port.effectivePermissions(reading, account, [])).toEqual([]);
    expect(target.server.requests).toHaveLength(0);
  });

  it('are null for the one object in a thousand that is gone, found in few requests', async () => {
    const port = await security((request) => {
      const answer = results(request);
      return answer.some(({ dbid }) => dbid === 777) ? missing(12) : { body: { results: answer } };
    });
    const thousand = objects.slice(0, 1_000);
    const masks = await port.effectivePermissions(reading, account, thousand);
    expect(masks).toEqual(thousand.map(({ dbid }) => (dbid === 777 ? null : mask(dbid))));
    expect(target.server.requests.length).toBeLessThanOrEqual(22);
  });

  it('are null for an object that the answer itself calls gone', async () => {
    const port = await security((request) => ({
      body: {
        results: results(request).map((one) =>
          one.dbid === 2 ? { objectType: one.objectType, dbid: one.dbid, errorType: 10 } : one,
        ),
      },
    }));
    const masks = await port.effectivePermissions(reading, account, objects.slice(0, 3));
    expect(masks).toEqual([mask(1), null, mask(3)]);
  });

  it('say so when it is the account that is gone, without asking for every object', async () => {
    const port = await security(() => missing(3));
    await failureOf(port.effectivePermissions(reading, account, objects), 'conflict');
    expect(target.server.requests).toHaveLength(2);
  });

  it.each<[string, (all: object[]) => object[]]>([
    ['is short', (all) => all.slice(1)],
    ['is in another order', (all) => [...all].reverse()],
    ['lacks a mask', (all) => all.map((one, i) => (i === 1 ? { ...one, accessMask: undefined } : one))],
  ])('are not believed when the answer %s', async (_, spoil) => {
    const port = await security((request) => ({ body: { results: spoil(results(request)) } }));
    await failureOf(port.effectivePermissions(reading, account, objects.slice(0, 3)), 'transient');
  });
});

describe('accounts', () => {
  it('are read with their token and set with it', async () => {
    const port = await security(() => ({ body: { accountType: 21, accountDbid: 98 }, etag: '"x"' }));
    expect(await port.readAccount(reading, 301)).toEqual({ account: { type: 21, dbid: 98 }, token: '"x"' });
    await port.updateAccount(reading, 301, account, '"x"');
    const [, put] = target.server.requests;
    expect(put).toMatchObject({ method: 'PUT', path: '/bridge/v1/account/301' });
    expect(put?.headers['if-match']).toBe('"x"');
    expect(JSON.parse(put!.body)).toEqual({ accountType: 3, accountDbid: 120 });
  });

  it('that another hand changed in between are a conflict', async () => {
    const port = await security(() => ({ status: 412, body: { errorType: 0, message: 'changed' } }));
    await failureOf(port.updateAccount(reading, 301, account, '"x"'), 'conflict');
  });
});
