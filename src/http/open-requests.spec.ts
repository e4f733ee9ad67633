import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { afterEach, expect, it, vi } from 'vitest';
import { OpenRequests } from './open-requests.js';

afterEach(() => vi.useRealTimers());

it('waits for requests that have no answer yet, and for none whose client has gone', async () => {
  const open = new OpenRequests();
  const server = fastify();
  open.count(server);
  let answer = (): void => undefined;
  server.get('/', () => new Promise<string>((resolve) => (answer = () => resolve('here'))));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const ask = async () => {
    const reached = once(server.server, 'request');
    const client = request({ host: '127.0.0.1', port });
    client.on('error', () => undefined);
    client.end();
    await reached;
    return client;
  };
  // Nobody is cut off for being late.
  vi.useFakeTimers({ toFake: ['setTimeout'] });

  const gone = await ask();
  const patient = await ask();
  let stopped = false;
  const stop = open.beforeApplicationShutdown().then(() => (stopped = true));
  gone.destroy();
  const [, socket] = await Promise.all([stop, once(patient, 'response'), answerSoon(() => answer())]);
  expect(stopped).toBe(true);
  expect((socket[0] as { statusCode: number }).statusCode).toBe(200);
  await server.close();
});

async function answerSoon(answer: () => void): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  answer();
}
