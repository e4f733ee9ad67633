import { afterEach, expect, it } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import { sendJson } from '../../../test/targets/stub-server.js';
import type { StubTarget } from '../../../test/targets/stub-target.js';
import { startStubTarget } from '../../../test/targets/stub-target.js';
import { reading } from '../../saga/call.js';
import { BridgeApplicationControl } from './bridge-application-control.js';

let target: StubTarget;
afterEach(() => target.stop());

async function control(body: unknown, status = 200): Promise<BridgeApplicationControl> {
  target = await startStubTarget((_, response) => {
    sendJson(response, body, status);
  });
  return new BridgeApplicationControl(target.bridge);
}

it.each([
  ['as the contract has it', { status: 6, runMode: 'backup' }, { status: 6, runMode: 'backup' }],
  ['as strings of the platform', { status: '1', runMode: 'none' }, { status: 1, runMode: 'none' }],
  ['without a mode of what does not run', { status: 1 }, { status: 1, runMode: 'none' }],
  ['with null for that', { status: 5, runMode: null }, { status: 5, runMode: 'none' }],
])('reads a status %s', async (_, body, expected) => {
  expect(await (await control(body)).status(reading, 301)).toEqual(expected);
});

it.each([
  [{ runMode: 'primary' }],
  [{ status: 9, runMode: 'primary' }],
  [{ status: 6 }],
  [{ status: 6, runMode: 'PRIMARY' }],
])('does not guess what %j means', async (body) => {
  await failureOf((await control(body)).status(reading, 301), 'transient');
});

it('sends what the contract has, and takes any success for an answer', async () => {
  const port = await control({ status: 5 }, 202);
  await port.start(reading, 301);
  await port.stop(reading, 301, true);
  await port.stop(reading, 301, false);
  await port.switchOver(reading, 302);
  expect(target.server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/bridge/v1/applications/301/start', '{}'],
    ['POST', '/bridge/v1/applications/301/stop', '{"graceful":true}'],
    ['POST', '/bridge/v1/applications/301/stop', '{"graceful":false}'],
    ['POST', '/bridge/v1/applications/302/switch-over', '{}'],
  ]);
});

it('answers null for an application that is not there, and a conflict for an order to it', async () => {
  const port = await control({ errorType: 10, message: 'no such object' }, 404);
  expect(await port.status(reading, 301)).toBeNull();
  await failureOf(port.start(reading, 301), 'conflict');
});
