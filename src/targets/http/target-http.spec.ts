import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import type { StubServer } from '../../../test/targets/stub-server.js';
import { sendJson, startStub } from '../../../test/targets/stub-server.js';
import type { Call } from '../../saga/call.js';
import { reading } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { HttpRequest } from './message.js';
import type { CallEntry, TargetHttpOptions } from './target-http.js';
import { TargetHttp } from './target-http.js';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

function client(options: Partial<TargetHttpOptions> = {}): TargetHttp {
  const http = new TargetHttp({
    target: 'lab',
    channel: 'objects',
    timeoutMs: 5_000,
    maxConcurrent: 4,
    maxPerSecond: 1_000,
    ...options,
  });
  cleanUp.push(() => http.close());
  return http;
}

async function stub(...args: Parameters<typeof startStub>): Promise<StubServer> {
  const server = await startStub(...args);
  cleanUp.push(() => server.stop());
  return server;
}

/** A server below HTTP: sees every byte that reaches it. */
async function rawServer(
  onConnection: (socket: Socket) => void,
): Promise<{ url: string; received: () => string }> {
  let received = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
    });
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: () => received };
}

const request = (origin: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  origin,
  path: '/things',
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
  effect: true,
  what: 'making a thing',
  ...over,
});
const read = (origin: string): HttpRequest => request(origin, { method: 'GET', body: '', effect: false });

describe('TargetHttp', () => {
  it('sends nothing when the fence refuses, on a new and on a kept connection, and stays usable', async () => {
    const server = await rawServer((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    });
    const http = client({ maxConcurrent: 1 });
    const lost = new CallError('lease-lost', 'the lease ends too early');
    const fenced: Call = {
      beforeSend: () => {
        throw lost;
      },
    };
    expect(await failureOf(http.send(fenced, request(server.url)), 'lease-lost')).toBe(lost);
    expect(server.received()).toBe('');
    expect((await http.send(reading, request(server.url))).text).toBe('ok');
    const before = server.received();
    await failureOf(http.send(fenced, request(server.url)), 'lease-lost');
    expect((await http.send(reading, request(server.url))).text).toBe('ok');
    expect(server.received()).toBe(before + before);
  });

  it('asks the fence only once it has a place and a connection, with no more time than is left', async () => {
    const held: ServerResponse[] = [];
    const server = await stub((_, response) => {
      held.push(response);
    });
    const http = client({ maxConcurrent: 1, timeoutMs: 2_000 });
    const asked: number[] = [];
    const call: Call = { beforeSend: (timeoutMs) => asked.push(timeoutMs) };
    const first = http.send(call, request(server.url));
    const second = http.send(call, request(server.url));
    await expect.poll(() => server.requests.length).toBe(1);
    expect(asked).toHaveLength(1);
    sendJson(held[0]!, {});
    await first;
    await expect.poll(() => server.requests.length).toBe(2);
    sendJson(held[1]!, {});
    await second;
    expect(asked).toHaveLength(2);
    for (const timeoutMs of asked) expect(timeoutMs).toSatisfy((ms: number) => ms > 0 && ms <= 2_000);
  });

  it('reports a refused connection and a name that does not resolve as a target that is down', async () => {
    const gone = await startStub(() => undefined);
    await gone.stop();
    const error = await failureOf(client().send(reading, request(gone.url)), 'target-down');
    expect(error.detail).toMatch(/^making a thing: .*ECONNREFUSED/);
    await failureOf(client().send(reading, request('http://no-such-host.invalid')), 'target-down');
  });

  it('calls an effect unknown when the connection is lost after the request, and a read a target that is down', async () => {
    const server = await rawServer((socket) => {
      socket.on('data', () => socket.destroy());
    });
    const http = client();
    await failureOf(http.send(reading, request(server.url)), 'unknown');
    await failureOf(http.send(reading, read(server.url)), 'target-down');
  });

  it('calls an effect unknown when a kept connection is closed in answer to it, and sends it once', async () => {
    let requests = 0;
    const server = await rawServer((socket) => {
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else socket.end();
      });
    });
    const http = client({ maxConcurrent: 1 });
    await http.send(reading, request(server.url));
    await failureOf(http.send(reading, request(server.url)), 'unknown');
    expect(requests).toBe(2);
  });

  it('calls an effect unknown when the answer breaks off', async () => {
    const server = await rawServer((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status'));
    });
    await failureOf(client().send(reading, request(server.url)), 'unknown');
  });

  it('gives up after the time-out: unknown for an effect, a target that is down for a read', async () => {
    const server = await stub(() => undefined);
    const http = client({ timeoutMs: 100 });
    const error = await failureOf(http.send(reading, request(server.url)), 'unknown');
    expect(error.detail).toBe('making a thing: no answer within 100 ms');
    await failureOf(http.send(reading, read(server.url)), 'target-down');
  });

  it('measures the time-out over the whole answer, not from byte to byte', async () => {
    const server = await stub((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    await failureOf(client({ timeoutMs: 1_000 }).send(reading, request(server.url)), 'unknown');
  });

  it('ends a call in the air when it is called off, and does not send one called off before', async () => {
    const server = await stub(() => undefined);
    const http = client();
    const abort = new AbortController();
    const call: Call = { ...reading, signal: abort.signal };
    const inTheAir = http.send(call, request(server.url));
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort();
    await failureOf(inTheAir, 'unknown');
    await failureOf(http.send(call, request(server.url)), 'lease-lost');
    expect(server.requests).toHaveLength(1);
  });

  it('does not collect an answer beyond its limit', async () => {
    const server = await stub((_, response) => response.end(Buffer.alloc(17 * 1024 * 1024, 'x')));
    const http = client();
    const error = await failureOf(http.send(reading, read(server.url)), 'transient');
    expect(error.options.platform).toBe('UND_ERR_RES_EXCEEDED_MAX_SIZE');
    await failureOf(http.send(reading, request(server.url)), 'unknown');
  });

  it('does not take for an answer what is not HTTP', async () => {
    const server = await rawServer((socket) => {
      socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
    });
    const http = client();
    await failureOf(http.send(reading, read(server.url)), 'transient');
    await failureOf(http.send(reading, request(server.url)), 'unknown');
  });

  it('takes answers of many megabytes whole', async () => {
    const body = JSON.stringify({
      list: Array.from({ length: 100_000 }, (_, i) => ({ name: `Größe ${i}` })),
    });
    const server = await stub((_, response) => response.end(body));
    expect((await client().send(reading, read(server.url))).text).toBe(body);
  });

  it('logs one line for each call, without its body or its headers', async () => {
    const server = await stub((_, response) => {
      sendJson(response, {}, 202);
    });
    const entries: CallEntry[] = [];
    const http = client({ onCall: (entry) => entries.push(entry) });
    await http.send(
      reading,
      request(server.url, { headers: { authorization: 'Bearer s3cret' }, body: '"s3cret"' }),
    );
    expect(entries).toEqual([
      {
        target: 'lab',
        channel: 'objects',
        method: 'POST',
        path: '/things',
        status: 202,
        ms: expect.any(Number) as number,
      },
    ]);
  });
});
