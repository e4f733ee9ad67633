import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/targets/expect-call-error.js';
import type { StubRequest } from '../../../test/targets/stub-server.js';
import { sendJson } from '../../../test/targets/stub-server.js';
import type { StubTarget } from '../../../test/targets/stub-target.js';
import { startStubTarget } from '../../../test/targets/stub-target.js';
import { reading } from '../../saga/call.js';

let target: StubTarget;
afterEach(() => target.stop());

/** Sessions as the facts have them: a cookie for each GET without one, and with CSRF a token that fits it. */
class Sessions {
  private count = 0;
  private readonly open = new Set<string>();
  constructor(private readonly refuse: (response: ServerResponse) => void) {}

  expireAll(): void {
    this.open.clear();
  }

  /** @returns false when it has answered the request itself */
  admit(request: StubRequest, response: ServerResponse): boolean {
    const known = /JSESSIONID=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    if (known !== undefined && !this.open.has(known)) {
      response.writeHead(401).end('expired');
      return false;
    }
    const id = known ?? `s${++this.count}`;
    this.open.add(id);
    if (known === undefined)
      response.setHeader('set-cookie', [`JSESSIONID=${id}; Path=/; HttpOnly`, 'lb=node2']);
    if (request.method === 'GET') {
      response.setHeader('X-CSRF-HEADER', 'X-Csrf-Proof');
      response.setHeader('X-CSRF-TOKEN', `token-${id}`);
    } else if (request.headers['x-csrf-proof'] !== `token-${id}`) {
      this.refuse(response);
      return false;
    }
    return true;
  }
}

const ok = (response: ServerResponse): void => {
  sendJson(response, { statusCode: 0 });
};
const refuseAsText = (response: ServerResponse): void => {
  response.writeHead(403, { 'content-type': 'text/plain' }).end('Missing or invalid Csrf token');
};
const refuseAsJson = (response: ServerResponse): void => {
  sendJson(response, { statusCode: 3, statusMessage: 'Missing or invalid CSRF token' }, 403);
};
const write = (): Promise<unknown> =>
  target.gws.request(reading, 'PUT', 'skills', 'changing a skill', { a: '1' });
const read = (): Promise<unknown> => target.gws.request(reading, 'GET', 'skills', 'listing skills');
const sent = (): string[] =>
  target.server.requests.map(({ method, path }) => `${method} ${path.replace('/api/v2/', '')}`);
const config = 'platform/configuration/skills';
const tokenless = 'GET platform/configuration/tenants?dbid=1';

describe('a session with Genesys Web Services', () => {
  it('is opened once for many calls at a time; all its cookies go with each, the token with changes', async () => {
    const sessions = new Sessions(refuseAsText);
    target = await startStubTarget((request, response) => {
      if (sessions.admit(request, response)) ok(response);
    });
    await Promise.all([read(), write(), read(), write()]);
    expect(sent().filter((line) => line === 'GET me')).toHaveLength(1);
    for (const { method, path, headers } of target.server.requests) {
      expect(headers.authorization).toBe(
        `Basic ${Buffer.from('onboarding:pass:wörd', 'utf8').toString('base64')}`,
      );
      if (path.endsWith('/me')) continue;
      expect(headers.cookie).toBe('JSESSIONID=s1; lb=node2');
      expect(headers['x-csrf-proof']).toBe(method === 'PUT' ? 'token-s1' : undefined);
    }
  });

  it('is not needed: a site without cookies, without CSRF and without /me works the same', async () => {
    target = await startStubTarget((request, response) => {
      if (request.path.endsWith('/me')) sendJson(response, { statusCode: 6 }, 404);
      else ok(response);
    });
    await write();
    await read();
    expect(sent()).toEqual(['GET me', `PUT ${config}`, `GET ${config}`]);
  });

  it.each([
    ['text', refuseAsText],
    ['the JSON envelope', refuseAsJson],
  ])('is renewed once when the CSRF token is refused with %s, and the change repeated', async (_, refuse) => {
    const sessions = new Sessions(refuse);
    let forgotten = false;
    target = await startStubTarget((request, response) => {
      if (request.method === 'PUT' && !forgotten) {
        forgotten = true;
        refuse(response);
      } else if (sessions.admit(request, response)) ok(response);
    });
    await write();
    expect(sent()).toEqual(['GET me', `PUT ${config}`, 'GET me', `PUT ${config}`]);
    expect(target.server.requests[3]?.headers['x-csrf-proof']).toBe('token-s2');
  });

  it('is not renewed for ever: a token that stays refused is an attempt that failed', async () => {
    target = await startStubTarget((request, response) => {
      if (request.method === 'PUT') refuseAsText(response);
      else ok(response);
    });
    await failureOf(write(), 'transient');
    expect(sent()).toEqual(['GET me', `PUT ${config}`, 'GET me', tokenless, `PUT ${config}`]);
  });

  it('finds the token at another address where /me says none', async () => {
    target = await startStubTarget((request, response) => {
      if (request.path.endsWith('/me')) {
        sendJson(response, { statusCode: 6 }, 404);
      } else if (request.method === 'GET') {
        sendJson(response, { statusCode: 0, tenants: [] }, 200, {
          'X-CSRF-HEADER': 'X-Proof',
          'X-CSRF-TOKEN': 't1',
        });
      } else if (request.headers['x-proof'] === 't1') ok(response);
      else refuseAsText(response);
    });
    await write();
    await write();
    expect(sent()).toEqual([
      'GET me',
      `PUT ${config}`,
      'GET me',
      tokenless,
      `PUT ${config}`,
      `PUT ${config}`,
    ]);
  });

  it('is renewed once for a change that is refused without a word, and not for one that says why', async () => {
    const sessions = new Sessions((response) => response.writeHead(403).end());
    target = await startStubTarget((request, response) => {
      if (sessions.admit(request, response)) ok(response);
    });
    await read();
    sessions.expireAll();
    await write();
    await target.stop();
    target = await startStubTarget((request, response) => {
      if (request.method === 'GET') ok(response);
      else sendJson(response, { statusCode: 5, statusMessage: 'User lacks permission' }, 403);
    });
    await failureOf(write(), 'invalid');
    expect(sent()).toEqual(['GET me', `PUT ${config}`]);
  });

  it('says that it may not where a change stays refused without a word', async () => {
    target = await startStubTarget((request, response) => {
      if (request.method === 'GET') ok(response);
      else response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Forbidden</h1>');
    });
    await failureOf(write(), 'invalid');
    expect(sent().filter((line) => line.startsWith('PUT'))).toHaveLength(2);
  });

  it('drops a cookie that the platform takes back', async () => {
    target = await startStubTarget((request, response) => {
      response.setHeader(
        'set-cookie',
        request.path.endsWith('/me')
          ? ['JSESSIONID=s1', 'old=1']
          : [
              'old=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
              'kept=2; Expires=Fri, 31 Dec 2100 00:00:00 GMT',
            ],
      );
      ok(response);
    });
    await read();
    await read();
    expect(target.server.requests.at(-1)?.headers.cookie).toBe('JSESSIONID=s1; kept=2');
  });

  it('is renewed once for all calls that find it expired', async () => {
    const sessions = new Sessions(refuseAsText);
    target = await startStubTarget((request, response) => {
      if (sessions.admit(request, response)) ok(response);
    });
    await read();
    sessions.expireAll();
    await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? write() : read())));
    expect(sent().filter((line) => line === 'GET me')).toHaveLength(2);
  });

  it('asks once, not twice, when the credentials are wrong', async () => {
    target = await startStubTarget((_, response) => response.writeHead(401).end());
    await failureOf(write(), 'auth');
    expect(sent()).toEqual(['GET me']);
  });

  it('reports credentials that are refused in a new session as well', async () => {
    target = await startStubTarget((request, response) => {
      if (request.path.endsWith('/me')) ok(response);
      else response.writeHead(401).end();
    });
    await failureOf(write(), 'auth');
    expect(sent()).toEqual(['GET me', `PUT ${config}`, 'GET me', `PUT ${config}`]);
  });

  it('is renewed when a redirect to the sign-in page comes in place of the answer', async () => {
    let expired = true;
    target = await startStubTarget((request, response) => {
      if (request.method === 'PUT' && expired) {
        expired = false;
        response.writeHead(302, { location: '/ui/login' }).end();
      } else ok(response);
    });
    await write();
    expect(sent()).toEqual(['GET me', `PUT ${config}`, 'GET me', `PUT ${config}`]);
  });

  it('repeats a read, but never an effect, that got a page in place of its answer', async () => {
    let pages = 2;
    target = await startStubTarget((request, response) => {
      if (request.path.endsWith('/me') || pages === 0) ok(response);
      else {
        pages -= 1;
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>sign in</html>');
      }
    });
    await failureOf(write(), 'unknown');
    await read();
    expect(sent()).toEqual(['GET me', `PUT ${config}`, `GET ${config}`, 'GET me', `GET ${config}`]);
  });

  it('asks the fence again for the repeated change, and for nothing that only reads', async () => {
    const sessions = new Sessions(refuseAsText);
    target = await startStubTarget((request, response) => {
      if (sessions.admit(request, response)) ok(response);
    });
    await read();
    sessions.expireAll();
    let asked = 0;
    await target.gws.request({ beforeSend: () => (asked += 1) }, 'PUT', 'skills', 'changing a skill', {});
    expect(sent().slice(2)).toEqual([`PUT ${config}`, 'GET me', `PUT ${config}`]);
    expect(asked).toBe(2);
  });
});
