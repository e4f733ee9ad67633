import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetConfig } from '../../src/config/targets-file.js';
import { reading } from '../../src/saga/call.js';
import type { CallError } from '../../src/saga/call-error.js';
import { ConfiguredTargets } from '../../src/targets/targets.js';
import { makeCertificates } from '../support/certificates.js';
import { failureOf } from './expect-call-error.js';

const certificates = makeCertificates();
let server: Server;
let url: string;
/** Connections open at once, most of them. */
let most = 0;

beforeAll(async () => {
  let open = 0;
  server = createServer({ cert: certificates.cert, key: certificates.key }, (_, response) => {
    const body = JSON.stringify({ objectType: 12, dbid: 1, entries: [] });
    setImmediate(() =>
      response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' }).end(body),
    );
  });
  server.on('secureConnection', (socket) => {
    most = Math.max(most, (open += 1));
    socket.on('close', () => (open -= 1));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function asking<T>(
  ca: string | undefined,
  ask: (target: ConfiguredTargets) => Promise<T>,
  maxConnections?: number,
): Promise<T> {
  const token = { env: 'TOKEN' };
  const channel = { driver: 'bridge', baseUrl: url, token, maxConnections } as const;
  const targets = new ConfiguredTargets([
    targetConfig(
      {
        name: 'lab',
        objects: { driver: 'gws', baseUrl: `${url}/api/v2`, username: 'u', password: token },
        security: { ...channel, ...(ca === undefined ? {} : { ca: { file: ca } }) },
        control: channel,
        maxConcurrent: 8,
      },
      { variables: { TOKEN: 't' }, readFile: (file) => file },
    ),
  ]);
  try {
    return await ask(targets);
  } finally {
    await targets.close();
  }
}

const readAcl = (targets: ConfiguredTargets): Promise<unknown> =>
  targets.get('lab').security.readAcl(reading, { type: 12, dbid: 1 });

describe('A target behind a private authority', () => {
  it('is reached with that authority under "ca" of its channel', async () => {
    expect(await asking(certificates.ca, readAcl)).toMatchObject({ entries: [] });
  });

  it.each([
    ['without it', undefined],
    ['with another one', makeCertificates('Somebody else').ca],
  ])('is not asked %s, and it is said what to do', async (_, ca) => {
    const error: CallError = await asking(ca, (targets) => failureOf(readAcl(targets), 'target-down'));
    expect(error.detail).toMatch(/name the authority of this site as "ca" of the channel/);
  });

  it('has its authority trusted on that channel only', async () => {
    const control = (targets: ConfiguredTargets) =>
      failureOf(targets.get('lab').control.status(reading, 120), 'target-down');
    expect((await asking(certificates.ca, control)).detail).toMatch(/authority/);
  });

  it('gets no more connections on a channel than it takes', async () => {
    most = 0;
    await asking(
      certificates.ca,
      (targets) => Promise.all(Array.from({ length: 40 }, () => readAcl(targets))),
      3,
    );
    expect(most).toBe(3);
    most = 0;
    await asking(certificates.ca, (targets) =>
      Promise.all(Array.from({ length: 40 }, () => readAcl(targets))),
    );
    expect(most).toBe(8);
  });
});
