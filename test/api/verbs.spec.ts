import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { operationSchema } from '../../src/solutions/api-schemas.js';
import { onboard, startApi, type Api } from './api.js';

const accepted = async (api: Api, more: Record<string, unknown> = {}) => {
  const answer = await api.http.post('/v1/solutions').send(onboard(more)).expect(202);
  return operationSchema.parse(answer.body);
};
const tell = (api: Api, href: string, verb: string, body: object = { reason: 'because' }) =>
  api.http.post(`${href}/${verb}`).send(body);

const at = (api: Api, state: string, more = '') =>
  api.database.query(`UPDATE operation SET state = '${state}' ${more}`);

describe('a verb', () => {
  it('is recorded in a commit of its own, raises the version and makes the operation due', async () => {
    const api = await startApi();
    const { href, id } = await accepted(api);
    await api.database.query(`UPDATE operation SET due_at = NULL`);
    const answer = await tell(api, href, 'cancel', { reason: 'not needed' });
    expect(answer.status).toBe(200);
    expect(operationSchema.parse(answer.body).requestedVerb).toMatchObject({ verb: 'cancel', by: 'local' });
    const { rows } = await api.database.query(
      `SELECT version, requested_verb, due_at <= clock_timestamp() AS due FROM operation WHERE id = $1`,
      [id],
    );
    expect(rows).toMatchObject([
      { version: '2', due: true, requested_verb: { verb: 'cancel', by: 'local', reason: 'not needed' } },
    ]);
  });

  it('leaves the due time of an operation that is in hand alone', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    await api.database.query(`UPDATE operation SET due_at = NULL, owner = 1`);
    await tell(api, href, 'cancel').expect(200);
    expect((await api.database.query(`SELECT due_at FROM operation`)).rows).toEqual([{ due_at: null }]);
  });

  it('asked for twice is one request', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    await tell(api, href, 'cancel').expect(200);
    await tell(api, href, 'cancel').expect(200);
    expect((await api.database.query(`SELECT version FROM operation`)).rows).toEqual([{ version: '2' }]);
  });

  it('asked for at once by many is one request', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    const answers = await Promise.all(Array.from({ length: 8 }, () => tell(api, href, 'cancel')));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    expect((await api.database.query(`SELECT version FROM operation`)).rows).toEqual([{ version: '2' }]);
  });

  it('waits for no other: a second, different one is refused', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    await at(api, 'needs-attention');
    await tell(api, href, 'retry').expect(200);
    const answer = await tell(api, href, 'abandon');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'verb-pending', retryable: true, possibleVerbs: [] });
    expect((await api.http.get(href)).body).toMatchObject({
      requestedVerb: { verb: 'retry', by: 'local', reason: expect.any(String) as string },
      possibleVerbs: [],
    });
  });

  it('that does not fit is refused with those that do', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    const queued = await tell(api, href, 'retry');
    expect(queued.status).toBe(409);
    expect(queued.body).toMatchObject({
      code: 'verb-not-possible',
      state: 'queued',
      possibleVerbs: ['pause', 'cancel'],
    });
    await at(api, 'needs-attention');
    expect((await api.http.get(href)).body).toMatchObject({
      possibleVerbs: ['cancel', 'retry', 'compensate', 'abandon'],
    });
  });

  it('comes too late for an operation that has ended', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    await at(api, 'completed', ', ended_at = now()');
    const answer = await tell(api, href, 'cancel');
    expect(answer.body).toMatchObject({ status: 409, code: 'verb-not-possible', possibleVerbs: [] });
  });

  it('is refused when the operation is not in the state that was expected', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    const answer = await tell(api, href, 'cancel', { reason: 'x', expectedState: 'needs-attention' });
    expect(answer.body).toMatchObject({ status: 409, code: 'state-mismatch', state: 'queued' });
    await tell(api, href, 'cancel', { reason: 'x', expectedState: 'queued' }).expect(200);
  });

  it('needs a reason, and takes nothing that it does not know', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    const bodies = [
      {},
      { reason: '' },
      { reason: '  ' },
      { reason: 'x', why: 1 },
      { reason: 'x', expectedState: 'fine' },
    ];
    for (const body of bodies) {
      const answer = await tell(api, href, 'cancel', body);
      expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
    }
  });

  it('that nobody knows is 404, and so is an operation that is not there', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    await tell(api, href, 'explode').expect(404);
    await tell(api, '/v1/operations/0193a0de-0000-7000-8000-000000000000', 'cancel').expect(404);
    await tell(api, '/v1/operations/x', 'cancel').expect(404);
  });

  it('needs the role of an operator there', async () => {
    const keys = [
      {
        name: 'asks',
        sha256: sha256('asks'),
        roles: ['requester' as const],
        scopes: [{ target: '*', tenant: '*' }],
      },
      {
        name: 'runs',
        sha256: sha256('runs'),
        roles: ['operator' as const],
        scopes: [{ target: 'lab', tenant: 'Branch' }],
      },
    ];
    const api = await startApi({ apiKeys: keys });
    const answer = await api.http.post('/v1/solutions').set('x-api-key', 'asks').send(onboard()).expect(202);
    const { href } = operationSchema.parse(answer.body);
    for (const key of ['asks', 'runs']) await tell(api, href, 'cancel').set('x-api-key', key).expect(403);
    await api.http.get(href).set('x-api-key', 'runs').expect(403);
    await api.http.get(href).expect(401);
  });
});

describe('Idempotency-Key on a verb', () => {
  const withKey = (api: Api, href: string, verb: string, key: string, reason = 'because') =>
    tell(api, href, verb, { reason }).set('idempotency-key', key);

  it('makes a repeated request the same one, also when it has taken effect since', async () => {
    const api = await startApi({ runner: true });
    const answer = await api.http
      .post('/v1/solutions')
      .send(onboard({ notBefore: '2036-01-01T00:00:00Z' }))
      .expect(202);
    const { href } = answer.body as { href: string };
    await withKey(api, href, 'pause', '"a"').expect(200);
    const stateIs = async (state: string): Promise<void> => {
      const now = async () =>
        operationSchema.parse((await api.http.get(href).set('prefer', 'wait=5')).body).state;
      while ((await now()) !== state);
    };
    await stateIs('paused');
    await withKey(api, href, 'resume', '"b"').expect(200);
    await stateIs('queued');
    const again = await withKey(api, href, 'pause', 'a').expect(200);
    expect(again.body).toMatchObject({ state: 'queued', requestedVerb: null });
  });

  it('belongs to one verb and one payload, and is kept only with what was accepted', async () => {
    const api = await startApi();
    const { href } = await accepted(api);
    await withKey(api, href, 'retry', 'a').expect(409);
    await at(api, 'needs-attention');
    await withKey(api, href, 'retry', 'a').expect(200);
    const other = await withKey(api, href, 'retry', 'a', 'another reason').expect(422);
    expect(other.body).toMatchObject({ code: 'idempotency-key-reused', operation: href });
    await withKey(api, href, 'abandon', 'a').expect(409);
    await withKey(api, href, 'retry', '').expect(400);
  });
});

const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');

describe('reschedule', () => {
  it('asks for a window by pointer, and no other verb takes one', async () => {
    const api = await startApi();
    const window = { notBefore: '2026-12-01T22:00:00Z', notAfter: '2026-12-02T04:00:00Z' };
    const { href } = await accepted(api, { window });
    const without = await api.http.post(`${href}/reschedule`).send({ reason: 'later' });
    expect(without.body).toMatchObject({ status: 400, errors: [{ pointer: '/window' }] });
    const other = await api.http.post(`${href}/cancel`).send({ reason: 'no more', window });
    expect(other.body).toMatchObject({ status: 400, errors: [{ pointer: '/window' }] });
    const upsideDown = { notBefore: window.notAfter, notAfter: window.notBefore };
    const wrong = await api.http.post(`${href}/reschedule`).send({ reason: 'later', window: upsideDown });
    expect(wrong.body).toMatchObject({ status: 400, errors: [{ pointer: '/window/notAfter' }] });
    await api.http.post(`${href}/reschedule`).send({ reason: 'later', window }).expect(200);
    await api.http.post(`${href}/reschedule`).send({ reason: 'the same', window }).expect(200);
    const longer = { ...window, notAfter: '2026-12-02T05:00:00Z' };
    const second = await api.http.post(`${href}/reschedule`).send({ reason: 'later', window: longer });
    expect(second.body).toMatchObject({ status: 409, code: 'verb-pending' });
  });
});
