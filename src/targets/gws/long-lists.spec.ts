import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import { sendJson } from '../../../test/targets/stub-server.js';
import type { StubTarget } from '../../../test/targets/stub-target.js';
import { conventions, startStubTarget } from '../../../test/targets/stub-target.js';
import { reading } from '../../saga/call.js';
import { GwsConfigObjects } from './gws-config-objects.js';

let target: StubTarget;
afterEach(() => target.stop());

const person = (dbid: number): string =>
  JSON.stringify({
    DBID: String(dbid),
    tenantDBID: '1',
    userName: `agent.${dbid}`,
    employeeID: `A-${dbid}`,
    userProperties: { notes: { text: `${'"}],{[\\'.repeat(200)} Größe ☎ ${dbid}` } },
  });

/** Writes a list of so many persons as fast as it is read. @returns how many bytes */
async function persons(response: ServerResponse, count: number, end = ']}'): Promise<number> {
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    bytes += Buffer.byteLength(text);
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  };
  response.writeHead(200, { 'content-type': 'application/json' });
  await write('{"statusCode":0,"persons":[');
  for (let dbid = 1; dbid <= count && !response.destroyed; dbid += 500) {
    const some = Array.from({ length: Math.min(500, count + 1 - dbid) }, (_, i) => person(dbid + i));
    await write((dbid === 1 ? '' : ',') + some.join(','));
  }
  response.end(end);
  return bytes + end.length;
}

async function portFor(answer: (response: ServerResponse) => void): Promise<GwsConfigObjects> {
  target = await startStubTarget((request, response) => {
    if (request.path.endsWith('/me')) sendJson(response, { statusCode: 0 });
    else answer(response);
  }, 30_000);
  return new GwsConfigObjects(target.gws, conventions, () => 'secret');
}

it('reads a list of any length, of which it holds one item at a time: this one is longer than what is ever collected', async () => {
  let bytes = 0;
  const port = await portFor((response) => {
    void persons(response, 11_000).then((written) => (bytes = written));
  });
  const found = await port.find(reading, 'person', { userName: 'agent.10999' });
  expect(found).toMatchObject([{ dbid: 10_999, employeeId: 'A-10999' }]);
  expect(bytes).toBeGreaterThan(17 * 1024 * 1024);
});

it('does not take the beginning of a list for the list', async () => {
  const port = await portFor((response) => {
    void persons(response, 3_000, '').then(() => undefined);
  });
  await failureOf(port.find(reading, 'person', {}), 'transient');
  await target.stop();
  const cutOff = await portFor((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' });
    response.write(`{"statusCode":0,"persons":[${person(1)},`, () => response.destroy());
  });
  await failureOf(cutOff.find(reading, 'person', {}), 'target-down');
});

it('begins a list again when a page to sign in came in its place', async () => {
  let pages = 1;
  const port = await portFor((response) => {
    if (pages-- > 0) {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<script>{"persons":[${person(1)}]}</script>`);
    } else void persons(response, 2);
  });
  expect((await port.find(reading, 'person', {})).map(({ dbid }) => dbid)).toEqual([1, 2]);
});

it('ends at once at an item that it cannot read', async () => {
  const port = await portFor((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"statusCode":0,"persons":[{"DBID":"1"},');
  });
  const error = await failureOf(port.find(reading, 'person', {}), 'transient');
  expect(error.detail).toContain('listing persons');
});
