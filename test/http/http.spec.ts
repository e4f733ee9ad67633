import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LoggerModule } from 'nestjs-pino';
import { Counter, Registry } from 'prom-client';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { AppError } from '../../src/errors.js';
import { allow, CurrentCaller, type Caller } from '../../src/http/caller.js';
import { createHttpApp } from '../../src/http/create-http-app.js';
import { HttpModule } from '../../src/http/http.module.js';
import { loggingOptions } from '../../src/http/logging.js';
import { setUpOpenApi } from '../../src/http/openapi.js';
import { ReadinessChecks } from '../../src/http/readiness.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';

const thing = z.strictObject({ name: z.string().min(1), count: z.int().default(1) }).meta({ id: 'Thing' });
const filter = z.strictObject({ limit: z.coerce.number().int().max(10).default(5) });

@Controller('things')
class ThingsController {
  @Post()
  make(@Body({ schema: thing }) body: z.infer<typeof thing>): z.infer<typeof thing> {
    return body;
  }

  @Get()
  list(@Query({ schema: filter }) query: z.infer<typeof filter>): z.infer<typeof filter> {
    return query;
  }

  @Get('who')
  who(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Get('approve/:tenant')
  approve(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string): string {
    allow(caller, 'approver', { target: 'lab', tenant });
    return 'approved';
  }

  @Get('fail/:how')
  fail(@Param('how') how: string): never {
    if (how === 'conflict') {
      throw new AppError('operation-in-progress', 'Busy.', {
        members: { href: '/v1/operations/1' },
        retryAfterMs: 1_200,
      });
    }
    if (how === 'database') throw Object.assign(new Error('server closed'), { code: '57P01' });
    throw new Error('the secret is hunter2');
  }
}

// nestjs-pino keeps the first stream of a process for all later applications.
const log: Record<string, unknown>[] = [];
const stream = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };

let fresh: TestDatabase;
const apps = new Set<NestFastifyApplication>();

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterEach(async () => {
  for (const app of apps) await app.close();
  apps.clear();
});
afterAll(() => fresh.drop());

interface World {
  app: NestFastifyApplication;
  http: ReturnType<typeof request>;
}

async function start(config: Config = loadConfig({})): Promise<World> {
  log.length = 0;
  const logging = loggingOptions('info');
  @Module({
    imports: [
      LoggerModule.forRoot({ ...logging, pinoHttp: [logging.pinoHttp as object, stream] }),
      ConfigModule.for(config),
      DatabaseModule.for({ url: fresh.url }),
      HttpModule,
    ],
    controllers: [ThingsController],
  })
  class TestModule {}
  const app = await createHttpApp(TestModule);
  apps.add(app);
  setUpOpenApi(app, { version: '1.2.3' });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, http: request(app.getHttpServer()) };
}

/**
 * What a connection is answered until its end.
 * @param afterwards given the server's side of it, once that has come in
 */
async function answerTo(
  app: NestFastifyApplication,
  sent: string,
  afterwards?: (socket: Socket) => void,
): Promise<string> {
  const server = app.getHttpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (afterwards !== undefined) server.once('request', ({ socket }: IncomingMessage) => afterwards(socket));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.write(sent, 'latin1');
  let answer = '';
  for await (const part of socket) answer += String(part);
  return answer;
}

const trace = '0af7651916cd43dd8448eb211c80319c';
const problem = 'application/problem+json';

describe('a request that is not valid', () => {
  it('is told every fault of its body at once, by pointer', async () => {
    const { http } = await start();
    const answer = await http
      .post('/things')
      .set('traceparent', `00-${trace}-b7ad6b7169203331-01`)
      .send({ count: '3', nmae: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.type).toBe(problem);
    expect(answer.body).toEqual({
      type: '/problems/invalid-request',
      title: 'The request is not valid',
      status: 400,
      detail: 'The request has 3 faults.',
      code: 'invalid-request',
      errors: [
        { pointer: '/name', detail: 'is missing: expected string' },
        { pointer: '/count', detail: 'expected number, not a string: write it without quotes' },
        { pointer: '/nmae', detail: 'is not a known member. Did you mean "name"?' },
      ],
      instance: '/things',
      traceId: trace,
      retryable: false,
    });
  });

  it('gets defaults and conversions when it is valid', async () => {
    const { http } = await start();
    expect((await http.post('/things').send({ name: 'a' })).body).toEqual({ name: 'a', count: 1 });
    expect((await http.get('/things?limit=7')).body).toEqual({ limit: 7 });
  });

  it('is told which parameter is wrong', async () => {
    const { http } = await start();
    const answer = await http.get('/things?limit=99&after=3');
    expect(answer.status).toBe(400);
    expect((answer.body as { errors: unknown }).errors).toEqual([
      { pointer: '', in: 'query', name: 'limit', detail: 'query parameter "limit": must be at most 10' },
      {
        pointer: '',
        in: 'query',
        name: 'after',
        detail: 'query parameter "after": is not a known parameter. Known are "limit".',
      },
    ]);
  });

  it.each([
    ['?limti=3', 'limti', /is not a known parameter\. Did you mean "limit"\?$/],
    ['?limit=3&limit=4', 'limit', /: is given more than once$/],
    ['?limit=many', 'limit', /: expected a number$/],
    ['?limit=1e400', 'limit', /: expected a number$/],
  ])('is told what is wrong with %s', async (query, name, detail) => {
    const { http } = await start();
    const answer = await http.get(`/things${query}`);
    expect(answer.body).toMatchObject({
      status: 400,
      errors: [{ pointer: '', in: 'query', name, detail: expect.stringMatching(detail) as string }],
    });
  });

  it.each([
    ['broken JSON', 400, 'malformed-json', 'application/json', '{ "name": '],
    ['a form', 415, 'unsupported-media-type', 'application/x-www-form-urlencoded', 'name=a'],
    ['plain text', 415, 'unsupported-media-type', 'text/plain', '{}'],
    ['XML', 415, 'unsupported-media-type', 'application/xml', '<name/>'],
    [
      'a body over 1 MiB',
      413,
      'body-too-large',
      'application/json',
      JSON.stringify({ name: 'x'.repeat(1_100_000) }),
    ],
    ['a list', 400, 'invalid-request', 'application/json', '[]'],
    ['null', 400, 'invalid-request', 'application/json', 'null'],
    ['bytes that are no UTF-8', 400, 'malformed-json', 'application/json', '{"name":"\xfc"}'],
    ['a body with __proto__', 400, 'malformed-json', 'application/json', '{"__proto__":{"a":1}}'],
  ])('is refused with a code: %s', async (_, status, code, type, body) => {
    const { http } = await start();
    const bytes = Buffer.from(body, body.includes('\xfc') ? 'latin1' : 'utf8');
    const answer = await http
      .post('/things')
      .set('content-type', type)
      .serialize((sent: unknown) => sent as string)
      .send(bytes);
    expect(answer.type).toBe(problem);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
  });

  it('is told that a packed body is not taken, also where only the header says so', async () => {
    const { http } = await start();
    const json = '{"name":"a"}';
    for (const [coding, body] of [
      ['gzip', gzipSync(json)],
      ['br', Buffer.from(json)],
    ] as const) {
      const answer = await http
        .post('/things')
        .set({ 'content-type': 'application/json', 'content-encoding': coding })
        .serialize((sent: unknown) => sent as string)
        .send(body);
      expect(answer.body).toMatchObject({
        status: 415,
        code: 'unsupported-media-type',
        detail: 'Send the body as it is, without Content-Encoding.',
      });
    }
    await http.post('/things').set('content-encoding', 'identity').send({ name: 'a' }).expect(201);
  });

  it('is told that it has no body, also where its type is said', async () => {
    const { http } = await start();
    const lacksName = { status: 400, code: 'invalid-request', errors: [{ pointer: '/name' }] };
    expect((await http.post('/things')).body).toMatchObject(lacksName);
    const empty = await http.post('/things').set('content-type', 'application/json').send('');
    expect(empty.body).toMatchObject(lacksName);
  });

  it('is told where its JSON is broken', async () => {
    const { http } = await start();
    const body = '{\n  "name": "a",\n  "count": many\n}';
    const answer = await http.post('/things').set('content-type', 'application/json').send(body);
    expect(answer.body).toMatchObject({ code: 'malformed-json', line: 3, column: 12 });
    expect((answer.body as { detail: string }).detail).toMatch(
      /^The body is not JSON from line 3, column 12 on: expected a value: a string in double quotes/,
    );
  });

  it('is told of members that stand twice, of which one would be lost', async () => {
    const { http } = await start();
    const body = '{"name":"a","name":"b"}';
    const answer = await http.post('/things').set('content-type', 'application/json').send(body);
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer: '/name', detail: 'stands twice; send it once' }],
    });
  });
});

describe('an address', () => {
  it('that does not exist is a 404, and a wrong method a 405 that names the right ones', async () => {
    const { http } = await start();
    expect((await http.get('/nothing?x=1')).body).toMatchObject({
      status: 404,
      code: 'not-found',
      instance: '/nothing',
    });
    const wrong = await http.delete('/things/fail/now');
    expect(wrong.body).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(wrong.headers['allow']).toBe('GET, HEAD');
    expect((await http.put('/things')).headers['allow']).toBe('GET, HEAD, POST');
  });

  it('that cannot be decoded is a problem too', async () => {
    const { http } = await start();
    const answer = await http.get('/things/%zz');
    expect(answer.type).toBe(problem);
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('what comes in', () => {
  it.each([
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'malformed-http'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00', 400, 'malformed-http'],
    [
      'endless headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])('and is no request is answered with a problem: %s', async (_, sent, status, code) => {
    const { app } = await start();
    const [head = '', body = ''] = (await answerTo(app, sent)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain(`Content-Type: ${problem}`);
    expect(JSON.parse(body)).toMatchObject({ type: `/problems/${code}`, status, code });
  });

  it('and does not end is not waited for for ever', async () => {
    const { app } = await start();
    const server = app.getHttpServer();
    expect(server.requestTimeout).toBe(60_000);
    const answer = answerTo(
      app,
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{',
      (socket) => {
        const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
        server.emit('clientError', late, socket);
      },
    );
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/);
  });

  it('may have a name of 255 characters in its path', async () => {
    const { http } = await start();
    const answer = await http.get(`/things/approve/${encodeURIComponent('ö'.repeat(255))}`);
    expect([answer.status, answer.text]).toEqual([200, 'approved']);
    expect((await http.get(`/nothing/${'x'.repeat(9_000)}`)).body).toMatchObject({ code: 'not-found' });
  });
});

describe('an error of ours', () => {
  it('carries its own members and says when to come back', async () => {
    const { http } = await start();
    const answer = await http.get('/things/fail/conflict');
    expect(answer.body).toMatchObject({
      status: 409,
      code: 'operation-in-progress',
      href: '/v1/operations/1',
      retryable: true,
    });
    expect(answer.headers['retry-after']).toBe('2');
  });

  it('that nobody foresaw is logged under its trace id and tells nothing', async () => {
    const { http } = await start();
    const answer = await http.get('/things/fail/badly');
    const body = answer.body as { traceId: string };
    expect(answer.body).toMatchObject({ status: 500, code: 'internal', retryable: true });
    expect(answer.text).not.toContain('hunter2');
    const line = log.find((entry) => entry['level'] === 50);
    expect(line).toMatchObject({
      traceId: body.traceId,
      msg: 'GET /things/fail/badly failed',
      err: { message: 'the secret is hunter2' },
    });
  });

  it('is 503 when the database is away, even in a statement that nobody wrapped', async () => {
    const { http } = await start();
    const answer = await http.get('/things/fail/database');
    expect(answer.body).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers['retry-after']).toBe('2');
  });
});

describe('sign-in', () => {
  const hash = (key: string): string => createHash('sha256').update(key).digest('hex');
  const keys = {
    keys: [
      {
        name: 'desk',
        sha256: hash('desk-key'),
        roles: ['requester'],
        scopes: [{ target: '*', tenant: '*' }],
      },
      {
        name: 'chief',
        sha256: hash('chief-key'),
        roles: ['approver'],
        scopes: [{ target: 'lab', tenant: 'Retail' }],
      },
      { name: 'root', sha256: hash('root-key'), roles: ['admin'], scopes: [{ target: 'lab', tenant: '*' }] },
    ],
  };
  const guarded = (): Promise<World> =>
    start(loadConfig({ AUTH_API_KEYS: '/keys' }, () => JSON.stringify(keys)));

  it('is by key in either header; anything else is 401', async () => {
    const { http } = await guarded();
    expect((await http.get('/things/who').set('authorization', 'Bearer desk-key')).body).toMatchObject({
      name: 'desk',
    });
    expect((await http.get('/things/who').set('x-api-key', 'chief-key')).body).toMatchObject({
      name: 'chief',
    });
    for (const headers of [
      {},
      { authorization: 'Bearer guess' },
      { authorization: 'Basic desk-key' },
      { 'x-api-key': '' },
    ]) {
      const answer = await http.get('/things/who').set(headers);
      expect(answer.body).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  it('limits a caller to its roles and scopes', async () => {
    const { http } = await guarded();
    const as = (key: string, tenant: string): Promise<{ status: number }> =>
      http.get(`/things/approve/${tenant}`).set('x-api-key', key);
    expect((await as('chief-key', 'Retail')).status).toBe(200);
    expect((await as('chief-key', 'Bank')).status).toBe(403);
    expect((await as('desk-key', 'Retail')).status).toBe(403);
    expect((await as('root-key', 'Bank')).status).toBe(200);
  });

  it('is not needed for health, problem pages and the explorer, but for metrics', async () => {
    const { http } = await guarded();
    for (const path of ['/health/live', '/health/ready', '/problems/forbidden', '/docs', '/openapi.json']) {
      expect([path, (await http.get(path)).status]).toEqual([path, 200]);
    }
    expect((await http.get('/metrics')).status).toBe(401);
  });

  it('is off on loopback: everybody is local and may do everything', async () => {
    const { http } = await start();
    expect((await http.get('/things/who')).body).toMatchObject({ name: 'local' });
    expect((await http.get('/things/approve/any')).status).toBe(200);
  });
});

describe('for those who run it', () => {
  it('readiness gives the reason of each check that fails', async () => {
    const { app, http } = await start();
    expect((await http.get('/health/ready')).body).toEqual({
      ready: true,
      checks: [{ name: 'database', ok: true }],
    });
    app
      .get(ReadinessChecks)
      .add({ name: 'broker', check: () => Promise.resolve({ ok: false, reason: 'no broker answers' }) });
    app.get(ReadinessChecks).add({ name: 'engine', check: () => Promise.reject(new Error('no lease')) });
    const answer = await http.get('/health/ready');
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({
      ready: false,
      checks: [
        { name: 'database', ok: true },
        { name: 'broker', ok: false, reason: 'no broker answers' },
        { name: 'engine', ok: false, reason: 'no lease' },
      ],
    });
    expect((await http.get('/health/live')).status).toBe(200);
  });

  it('metrics hold what rooms add, and requests by route', async () => {
    const { app, http } = await start();
    new Counter({ name: 'rooms_total', help: 'x', registers: [app.get(Registry)] }).inc(3);
    await http.get('/things/fail/conflict');
    const { text } = await http.get('/metrics');
    expect(text).toContain('rooms_total 3');
    expect(text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/things/fail/:how",status="409"} 1',
    );
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('the log has a line per request with its trace id, and no secret', async () => {
    const { http } = await start();
    await http
      .post('/things')
      .set({
        authorization: 'Bearer hunter2',
        'x-api-key': 'hunter2',
        traceparent: `00-${trace}-b7ad6b7169203331-01`,
      })
      .send({ name: 'hunter2' });
    await http.get('/health/live');
    const lines = log.filter((entry) => 'req' in entry);
    expect(lines).toMatchObject([
      { req: { traceId: trace, method: 'POST', url: '/things' }, res: { statusCode: 201 } },
    ]);
    expect(JSON.stringify(log)).not.toContain('hunter2');
  });

  it('the explorer and its document need nothing from elsewhere', async () => {
    const { http } = await start();
    const document = (await http.get('/openapi.json')).body as {
      openapi: string;
      components: { schemas: object };
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.schemas).toHaveProperty('Thing');
    expect(document.paths['/things']).toHaveProperty('post');
    const page = await http.get('/docs');
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).not.toMatch(/^(https?:)?\/\//);
      expect([file, (await http.get(new URL(file, 'http://x/docs').pathname)).status]).toEqual([file, 200]);
    }
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.text).not.toMatch(/<script>[^<]/); // the policy allows no inline script
  });

  it('a problem has a page at the address it names as its type', async () => {
    const { http } = await start();
    const { type } = (await http.get('/things/fail/conflict')).body as { type: string };
    const page = await http.get(type);
    expect(page.type).toBe('text/html');
    expect(page.text).toContain('Another operation of this solution is running');
    expect((await http.get('/problems/none')).body).toMatchObject({ status: 404, code: 'not-found' });
  });
});
