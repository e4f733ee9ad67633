import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { reading } from '../../src/saga/call.js';
import { BridgeApplicationControl } from '../../src/targets/bridge/bridge-application-control.js';
import { BridgeConfigSecurity } from '../../src/targets/bridge/bridge-config-security.js';
import { bridgeOpenApi } from '../../src/targets/bridge/contract/openapi.js';
import * as schemas from '../../src/targets/bridge/contract/schemas.js';
import { TestWorld, Type } from '../simulator/world.js';
import { sendJson } from './stub-server.js';
import { startStubTarget } from './stub-target.js';

type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  responses: Record<
    string,
    { headers?: Record<string, unknown>; content: Record<string, { schema: { $ref: string } }> }
  >;
}
const document = bridgeOpenApi() as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const schemaOf = ($ref: string): z.ZodType => {
  const name = $ref.replace('#/components/schemas/', '');
  return (schemas as Record<string, z.ZodType>)[name.charAt(0).toLowerCase() + name.slice(1)]!;
};

describe('the document of the bridge', () => {
  it('is OpenAPI 3.1 in which every reference leads somewhere and every component is used', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const text = JSON.stringify(document);
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...referred].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  it('declares the parameters of each path, names each operation once and says what each refusal is', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((p) => p.in === 'path').map(({ name }) => name);
      expect(declared, path).toEqual(inPath);
      expect(Object.keys(operation.responses)[0], path).toMatch(/^20[02]$/);
      expect(operation.responses, path).toHaveProperty('401');
    }
  });

  it('has all requests of the contract', () => {
    expect(operations.map(({ path, method }) => `${method} ${path}`)).toEqual([
      'get /v1/acl/{objectType}/{dbid}',
      'put /v1/acl/{objectType}/{dbid}',
      'get /v1/effective-permission/{objectType}/{dbid}',
      'post /v1/effective-permissions',
      'get /v1/account/{applicationDbid}',
      'put /v1/account/{applicationDbid}',
      'get /v1/applications/{applicationDbid}/status',
      'post /v1/applications/{applicationDbid}/start',
      'post /v1/applications/{applicationDbid}/stop',
      'post /v1/applications/{applicationDbid}/switch-over',
      'get /v1/health',
    ]);
  });
});

describe('the simulated bridge', () => {
  let world: TestWorld;
  let server = 0;
  let backup = 0;
  let process = 0;
  beforeAll(async () => {
    world = await TestWorld.start();
    server = await world.application('IxnServer_Claims');
    backup = await world.application('IxnServer_Bank_B');
    process = await world.dbid('scripts', 'Retail Inbound');
  });
  afterAll(() => world.stop());

  const place = (path: string, application: number): string =>
    path
      .replace('{objectType}', String(Type.script))
      .replace('{dbid}', String(process))
      .replace('{applicationDbid}', String(application))
      .slice('/v1/'.length);
  const bodies: Record<string, unknown> = {
    replaceAcl: { entries: [{ accountType: 21, accountDbid: 98, accessMask: 127 }] },
    readEffectivePermissions: {
      accountType: 21,
      accountDbid: 98,
      objects: [
        { objectType: 12, dbid: 1 },
        { objectType: 7, dbid: 1 },
      ],
    },
    updateAccount: { accountType: 21, accountDbid: 98 },
    stop: { graceful: true },
    start: {},
    switchOver: {},
  };

  it.each(operations)('answers $method $path as the document has it', async ({ path, method, operation }) => {
    const { operationId, requestBody, responses } = operation;
    if (operationId === 'start') {
      await world.bridge('POST', `applications/${server}/stop`, { graceful: false });
      await world.untilStatus(server, 1);
    } else if (operationId === 'stop') await world.untilStatus(server, 6);
    const query = operationId === 'readEffectivePermission' ? '?account_type=21&account_dbid=98' : '';
    const body = bodies[operationId];
    const request = requestBody?.content['application/json']?.schema.$ref;
    if (request !== undefined) schemaOf(request).parse(body);
    const at = operationId === 'switchOver' ? place(path, backup) : place(path, server);
    const answer = await world.bridge(method.toUpperCase(), at + query, body);
    const [code] = Object.keys(responses);
    const { headers = {}, content } = responses[code!]!;
    expect(answer.status, answer.text).toBe(Number(code));
    schemaOf(content['application/json']!.schema.$ref).parse(answer.json);
    for (const name of Object.keys(headers)) expect(answer.headers.get(name), name).not.toBeNull();
  });

  it.each([
    [400, 'GET', 'acl/12/x', undefined, {}],
    [401, 'GET', 'health', undefined, { authorization: 'Bearer wrong' }],
    [404, 'GET', 'acl/12/999999', undefined, {}],
    [404, 'POST', 'effective-permissions', { accountType: 3, accountDbid: 9_999, objects: [] }, {}],
    [412, 'PUT', 'acl/7/1', { entries: [] }, { 'if-match': '"other"' }],
  ])('refuses with %i and the document of an error', async (status, method, path, body, headers) => {
    const answer = await world.bridge(method, path, body, headers);
    expect(answer.status).toBe(status);
    schemas.bridgeError.parse(answer.json);
  });
});

it('our client sends nothing that the document does not have', async () => {
  const answers: Json = { entries: [], accountType: 21, accountDbid: 98, status: 6, runMode: 'primary' };
  const target = await startStubTarget((request, response) => {
    const { objects } = (request.body === '' ? {} : JSON.parse(request.body)) as { objects?: Json[] };
    sendJson(
      response,
      { ...answers, results: objects?.map((object) => ({ ...object, accessMask: 1 })) },
      200,
      {
        etag: '"1"',
      },
    );
  });
  const security = new BridgeConfigSecurity(target.bridge);
  const control = new BridgeApplicationControl(target.bridge);
  const object = { type: 12, dbid: 201 };
  const account = { type: 3, dbid: 120 };
  await security.readAcl(reading, object);
  await security.replaceAcl(reading, object, { entries: [{ account, accessMask: 9 }], token: '"1"' });
  await security.effectivePermissions(reading, account, [object]);
  await security.readAccount(reading, 301);
  await security.updateAccount(reading, 301, account, '"1"');
  await control.status(reading, 301);
  await control.start(reading, 301);
  await control.stop(reading, 301, true);
  await control.switchOver(reading, 301);
  await target.stop();
  for (const { method, path, body } of target.server.requests) {
    const match = operations.find(
      (one) =>
        one.method.toUpperCase() === method &&
        new RegExp(`^/bridge${one.path.replace(/\{\w+\}/g, '\\d+')}$`).test(path),
    );
    expect(match, `${method} ${path}`).toBeDefined();
    const wanted = match!.operation.requestBody?.content['application/json']?.schema.$ref;
    if (wanted === undefined) expect(body).toBe('');
    else schemaOf(wanted).parse(JSON.parse(body));
  }
  expect(target.server.requests).toHaveLength(9);
});
