import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { onboardExamples } from '../../src/solutions/onboard-examples.js';
import { onboard, startApi } from './api.js';

interface Problem {
  status: number;
  code: string;
  errors?: { pointer: string; detail: string }[];
}

describe('a body that is not valid', () => {
  it('is told every fault at once, by pointer: types, forms, doubles and unknown members', async () => {
    const { http } = await startApi();
    const answer = await http.post('/v1/solutions').send({
      target: 7,
      tenant: ' ',
      key: 'Retail',
      businessProcesses: ['A', 'B\u0007', 'A'],
      accessGroup: { accessMask: '9', mask: 9 },
      person: { userName: 'x'.repeat(65) },
      restart: { mode: 'fast' },
      colour: 'blue',
      buisnessProcesses: [],
      'a/b~c': 1,
    });
    expect(answer.status).toBe(400);
    expect(answer.type).toBe('application/problem+json');
    const { code, errors = [] } = answer.body as Problem;
    expect(code).toBe('invalid-request');
    expect(Object.fromEntries(errors.map((fault) => [fault.pointer, fault.detail]))).toEqual({
      '/target': expect.stringContaining('string') as string,
      '/tenant': 'is blank',
      '/key': expect.stringContaining('lower-case') as string,
      '/interactionServer': expect.stringContaining('missing') as string,
      '/businessProcesses/1': 'has control characters in it',
      '/businessProcesses/2': 'is the same as the one at 0',
      '/accessGroup/accessMask': expect.stringContaining('without quotes') as string,
      '/accessGroup/mask': 'is not a known member. Known are "name", "accessMask".',
      '/person/userName': 'is longer than 64 characters',
      '/restart/mode': expect.stringContaining('rolling') as string,
      '/colour': expect.stringMatching(/^is not a known member\. Known are .*"businessProcesses"/) as string,
      '/buisnessProcesses': 'is not a known member. Did you mean "businessProcesses"?',
      '/a~1b~0c': expect.stringContaining('is not a known member') as string,
    });
  });

  it('is told of doubles among the Business Processes', async () => {
    const { http } = await startApi();
    const answer = await http.post('/v1/solutions').send(onboard({ businessProcesses: ['A', 'B', 'A'] }));
    expect((answer.body as Problem).errors).toEqual([
      { pointer: '/businessProcesses/2', detail: 'is the same as the one at 0' },
    ]);
  });

  it('is told one thing of one fault', async () => {
    const { http } = await startApi();
    const told = async (body: Record<string, unknown>) => {
      const { errors = [] } = (await http.post('/v1/solutions').send(onboard(body)).expect(400))
        .body as Problem;
      return errors.map(({ pointer, detail }) => `${pointer} ${detail.split(':')[0] ?? ''}`);
    };
    expect(await told({ displayName: '' })).toEqual(['/displayName is empty']);
    for (const accessMask of [0, -0, 8]) {
      expect(await told({ accessGroup: { accessMask } })).toEqual(['/accessGroup/accessMask must include 9']);
    }
    for (const accessMask of [128, 2 ** 53 + 2]) {
      expect(await told({ accessGroup: { accessMask } })).toEqual([
        '/accessGroup/accessMask must not have bits beyond 64',
      ]);
    }
  });

  it('is told of the first hundred faults, and how many there are', async () => {
    const { http } = await startApi();
    const unknown = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`unknown${n}`, 1]));
    const paths = ['/v1/solutions', `/v1/operations/${randomUUID()}/cancel`];
    for (const path of paths) {
      const answer = await http.post(path).send({ ...onboard(), reason: 'x', ...unknown });
      const { detail, errors } = answer.body as Problem & { detail: string };
      expect(errors).toHaveLength(100);
      expect(detail).toMatch(/^The request has 600\d\d faults\. The first 100 of them are listed\.$/);
    }
  });

  it('is refused for U+0000, half a surrogate pair, or nothing but blanks in a name', async () => {
    const { http } = await startApi();
    for (const displayName of ['a\0b', 'a\ud800b', ' \u3000 ']) {
      const answer = await http.post('/v1/solutions').send(onboard({ displayName }));
      expect(answer.status).toBe(400);
      expect((answer.body as Problem).errors?.[0]?.pointer).toBe('/displayName');
    }
  });

  it('may name 500 Business Processes and not 501', async () => {
    const { http } = await startApi();
    const names = Array.from({ length: 501 }, (_, n) => `Process ${n}`);
    await http
      .post('/v1/solutions')
      .send(onboard({ businessProcesses: names }))
      .expect(400);
    await http
      .post('/v1/solutions')
      .send(onboard({ businessProcesses: names.slice(1) }))
      .expect(202);
  });

  it('is a problem document with a code, whatever is sent', async () => {
    const { http } = await startApi();
    const json = 'application/json';
    const sent: readonly (readonly [string, string, number, string])[] = [
      [json, '{"tenant":', 400, 'malformed-json'],
      [json, '[]', 400, 'invalid-request'],
      [json, 'null', 400, 'invalid-request'],
      [json, '', 400, 'invalid-request'],
      ['text/plain', 'tenant', 415, 'unsupported-media-type'],
      ['application/x-www-form-urlencoded', 'tenant=x', 415, 'unsupported-media-type'],
      [json, `"${'x'.repeat(1_048_576)}"`, 413, 'body-too-large'],
      [json, '{"__proto__":{"a":1}}', 400, 'malformed-json'],
    ];
    for (const [type, body, status, code] of sent) {
      const answer = await http.post('/v1/solutions').set('content-type', type).send(body);
      expect([body.slice(0, 20), answer.status, (answer.body as Problem).code, answer.type]).toEqual([
        body.slice(0, 20),
        status,
        code,
        'application/problem+json',
      ]);
    }
  });

  it('is the example that the explorer calls so', async () => {
    const { http } = await startApi();
    const answer = await http.post('/v1/solutions').send(onboardExamples['not-valid'].value);
    expect(answer.status).toBe(400);
    expect((answer.body as Problem).errors?.map((fault) => fault.pointer)).toEqual([
      '/tenant',
      '/key',
      '/businessProcesses/1',
      '/accessGroup/accessMask',
      '/colour',
    ]);
  });
});

describe('what a later release brings', () => {
  it('is refused by pointer, all of it at once, never ignored', async () => {
    const { http } = await startApi();
    const answer = await http
      .post('/v1/solutions')
      .send(onboard({ callback: { url: 'https://tickets.example/hook', secretRef: 'servicenow' } }));
    expect(answer.status).toBe(422);
    const { code, errors = [] } = answer.body as Problem;
    expect(code).toBe('not-yet-supported');
    expect(errors.map((fault) => fault.pointer)).toEqual(['/callback']);
  });

  it('may be named with the value that changes nothing', async () => {
    const { http } = await startApi();
    const asked = onboard({ requireApproval: false, planId: null, onExisting: 'refuse' });
    await http.post('/v1/solutions').send(asked).expect(202);
  });
});

describe('addresses and parameters', () => {
  it('an address at which nothing lives is 404, whatever stands in it', async () => {
    const { http } = await startApi();
    const paths = [
      '/v1/operations/0193a0de-0000-7000-8000-000000000000',
      '/v1/operations/nonsense',
      '/v1/solutions/nonsense',
      '/v1/solutions/%00',
      '/v1/plans/nonsense',
      '/v1/targets/nonsense',
      '/v1/nothing',
      '/v2',
    ];
    for (const path of paths) {
      const answer = await http.get(path);
      expect([path, answer.status, answer.type]).toEqual([path, 404, 'application/problem+json']);
    }
  });

  it('a parameter that is unknown, of the wrong form or twice is 400 and named', async () => {
    const { http } = await startApi();
    const wrong: readonly (readonly [string, string])[] = [
      ['/v1/operations?colour=blue', 'colour'],
      ['/v1/operations?state=done', 'state'],
      ['/v1/operations?limit=0', 'limit'],
      ['/v1/operations?limit=x', 'limit'],
      ['/v1/operations?cursor=x', 'cursor'],
      ['/v1/operations?solution=x', 'solution'],
      ['/v1/operations?tenant=a&tenant=b', 'tenant'],
      ['/v1/operations?tenant=%00', 'tenant'],
      ['/v1/solutions?target=', 'target'],
      ['/v1/solutions?state=running', 'state'],
      ['/v1/events?after=x', 'after'],
      ['/v1/events?limit=501', 'limit'],
      ['/v1/events?wait=31', 'wait'],
      ['/v1/targets?x=1', 'x'],
    ];
    for (const [path, name] of wrong) {
      const answer = await http.get(path);
      const { code, errors } = answer.body as Problem;
      expect([path, answer.status, code]).toEqual([path, 400, 'invalid-request']);
      expect(JSON.stringify(errors)).toContain(name);
    }
  });

  it('a method that a resource does not take is 405', async () => {
    const { http } = await startApi();
    const answer = await http.put('/v1/solutions').send({});
    expect([answer.status, answer.headers['allow']]).toEqual([405, expect.stringContaining('POST')]);
  });
});
