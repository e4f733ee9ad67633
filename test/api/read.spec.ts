import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  eventPageSchema,
  operationPageSchema,
  operationSchema,
  solutionPageSchema,
  solutionSchema,
  targetPageSchema,
  targetSchema,
} from '../../src/solutions/api-schemas.js';
import { bank, onboard, startApi, type Api } from './api.js';

const accept = async (api: Api, n: number, changes: Record<string, unknown> = {}) => {
  const body = onboard({
    key: `k${n}`,
    interactionServer: `S${n}`,
    businessProcesses: [`P${n}`],
    ...changes,
  });
  return operationSchema.parse((await api.http.post('/v1/solutions').send(body).expect(202)).body);
};

describe('lists', () => {
  it('page newest first, without a gap or a double, whatever comes in between', async () => {
    const api = await startApi();
    for (let n = 0; n < 5; n += 1) await accept(api, n);
    for (const [list, schema, keyOf] of [
      [
        '/v1/operations',
        operationPageSchema,
        (item: { solution?: unknown }) => (item.solution as { key: string }).key,
      ],
      ['/v1/solutions', solutionPageSchema, (item: { key?: unknown }) => item.key as string],
    ] as const) {
      const keys: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const cursor: string = next === '' ? '' : `&cursor=${next}`;
        const page = schema.parse((await api.http.get(`${list}?limit=2${cursor}`).expect(200)).body);
        keys.push(...page.items.map((item) => keyOf(item as never)));
        next = page.next;
        if (keys.length === 2) await accept(api, list === '/v1/operations' ? 8 : 9);
      }
      const first = list === '/v1/operations' ? ['k4', 'k3'] : ['k8', 'k4'];
      expect(keys.slice(0, 2)).toEqual(first);
      expect(keys.slice(-3)).toEqual(['k2', 'k1', 'k0']);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('take a cursor of their own only, and whole', async () => {
    const api = await startApi();
    for (let n = 0; n < 2; n += 1) await accept(api, n);
    const { items, next } = operationPageSchema.parse((await api.http.get('/v1/operations?limit=1')).body);
    const page = await api.http.get(`/v1/operations?cursor=${next}`).expect(200);
    // While replicas are exchanged the page before may have come from the release before.
    const former = Buffer.from(`1:${items[0]?.id}`).toString('base64url');
    expect((await api.http.get(`/v1/operations?cursor=${former}`).expect(200)).body).toEqual(page.body);
    for (const path of [
      `solutions?cursor=${next}`,
      `tasks?cursor=${next}`,
      `operations?cursor=${next?.slice(0, -1)}`,
      `operations?cursor=${next}A`,
      'operations?cursor=',
    ]) {
      const answer = await api.http.get(`/v1/${path}`);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.body).toMatchObject({
        code: 'invalid-request',
        errors: [{ in: 'query', name: 'cursor' }],
      });
    }
  });

  it('leave the actions out', async () => {
    const api = await startApi();
    await accept(api, 1);
    const { items } = operationPageSchema.parse((await api.http.get('/v1/operations')).body);
    expect(items[0]?.steps[0]).not.toHaveProperty('actions');
  });

  it('of operations filter by solution, state, kind, target, tenant and external reference', async () => {
    const api = await startApi({ targets: ['lab', 'live'] });
    const first = await accept(api, 1, {
      externalReference: [{ name: 'RITM1', externalReferenceType: 'servicenow' }],
    });
    await accept(api, 2, { target: 'live', tenant: 'Branch' });
    await api.database.query(`UPDATE operation SET state = 'completed', ended_at = now() WHERE id = $1`, [
      first.id,
    ]);
    const keys = async (query: string) =>
      operationPageSchema
        .parse((await api.http.get(`/v1/operations?${query}`).expect(200)).body)
        .items.map((item) => item.solution.key);
    expect(await keys(`solution=${first.solution.id}`)).toEqual(['k1']);
    expect(await keys('state=completed')).toEqual(['k1']);
    expect(await keys('state=queued')).toEqual(['k2']);
    expect(await keys('kind=onboarding')).toEqual(['k2', 'k1']);
    expect(await keys('kind=change')).toEqual([]);
    expect(await keys('target=live&tenant=Branch')).toEqual(['k2']);
    expect(await keys('externalReference=RITM1')).toEqual(['k1']);
    expect(await keys('externalReference=servicenow')).toEqual([]);
  });

  it('of solutions filter by target, tenant, key and state', async () => {
    const api = await startApi();
    await accept(api, 1);
    await accept(api, 2, { tenant: 'Branch' });
    const keys = async (query: string) =>
      solutionPageSchema
        .parse((await api.http.get(`/v1/solutions?${query}`).expect(200)).body)
        .items.map((item) => item.key);
    expect(await keys('target=lab&tenant=Branch')).toEqual(['k2']);
    expect(await keys('key=k1')).toEqual(['k1']);
    expect(await keys('state=onboarding')).toEqual(['k2', 'k1']);
    expect(await keys('state=active')).toEqual([]);
  });

  it('show a caller what lies in his scopes only', async () => {
    const key = (name: string, tenant: string) => ({
      name,
      sha256: createHash('sha256').update(name).digest('hex'),
      roles: ['requester' as const],
      scopes: [{ target: 'lab', tenant }],
    });
    const api = await startApi({ apiKeys: [key('all', '*'), key('branch', 'Branch')] });
    const ask = (body: object) =>
      api.http.post('/v1/solutions').set('x-api-key', 'all').send(body).expect(202);
    const own = operationSchema.parse((await ask(bank({ tenant: 'Branch' }))).body);
    const foreign = operationSchema.parse((await ask(onboard())).body);
    const read = (path: string) => api.http.get(path).set('x-api-key', 'branch');
    const operations = operationPageSchema.parse((await read('/v1/operations')).body);
    const solutions = solutionPageSchema.parse((await read('/v1/solutions')).body);
    expect(operations.items.map((item) => item.id)).toEqual([own.id]);
    expect(solutions.items.map((item) => item.id)).toEqual([own.solution.id]);
    await read(own.href).expect(200);
    await read(`/v1/events?solution=${own.solution.id}`).expect(200);
    for (const path of [
      foreign.href,
      foreign.solution.href,
      `/v1/events?operation=${foreign.id}`,
      '/v1/events',
    ]) {
      expect([path, (await read(path)).status]).toEqual([path, 403]);
    }
  });
});

describe('GET /v1/operations/{id} with Prefer: wait', () => {
  it('is held back until the operation changes', async () => {
    const api = await startApi();
    const { href, id } = await accept(api, 1);
    let answered = false;
    const waiting = api.http
      .get(href)
      .set('prefer', 'respond-async, wait=20')
      .then((answer) => {
        answered = true;
        return answer;
      });
    await expect.poll(() => api.watch.waiting).toBe(1);
    expect(answered).toBe(false);
    await api.http.post(`${href}/cancel`).send({ reason: 'enough' }).expect(200);
    const answer = await waiting;
    expect(answer.headers['preference-applied']).toBe('wait=20');
    expect(operationSchema.parse(answer.body)).toMatchObject({ id, requestedVerb: { verb: 'cancel' } });
  });

  it('is answered as it is when nothing changes in that time, at once when it is done', async () => {
    const api = await startApi();
    const { href } = await accept(api, 1);
    const began = performance.now();
    await api.http.get(href).set('prefer', 'wait=1').expect(200);
    expect(performance.now() - began).toBeGreaterThan(950);
    await api.database.query(`UPDATE operation SET state = 'completed', ended_at = now()`);
    const done = await api.http.get(href).set('prefer', 'wait=30').timeout(5_000).expect(200);
    expect(done.body).toMatchObject({ done: true });
  });

  it('waits 30 s at most and ignores what it does not understand', async () => {
    const api = await startApi();
    const { href } = await accept(api, 1);
    await api.database.query(`UPDATE operation SET state = 'completed', ended_at = now()`);
    const applied = async (prefer: string) =>
      (await api.http.get(href).set('prefer', prefer)).headers['preference-applied'];
    expect(await applied('wait=99')).toBe('wait=30');
    expect(await applied('wait="5"')).toBe('wait=5');
    for (const prefer of ['wait=soon', 'await=5', 'wait=-1', 'return=minimal'])
      expect(await applied(prefer)).toBeUndefined();
  });
});

describe('a solution', () => {
  it('is read with its version as ETag, its last operation, and everything that was defaulted', async () => {
    const api = await startApi();
    const operation = operationSchema.parse(
      (await api.http.post('/v1/solutions').send(onboard()).expect(202)).body,
    );
    const answer = await api.http.get(operation.solution.href).expect(200);
    expect(answer.headers['etag']).toBe('"1"');
    expect(solutionSchema.parse(answer.body)).toMatchObject({
      state: 'onboarding',
      observed: null,
      isolation: { state: 'unverified', at: null },
      lastOperation: { id: operation.id, state: 'queued', done: false },
      desired: {
        displayName: 'retail-email',
        accessGroup: { name: 'retail-email-account', accessMask: 9 },
        person: { userName: 'ixn-environment-retail-email', employeeId: 'IXN-ENVIRONMENT-RETAIL-EMAIL' },
        onExisting: 'refuse',
        restart: { mode: 'rolling', stopMode: 'graceful-then-forced', startAfter: 'as-found' },
      },
    });
  });
});

describe('targets', () => {
  it('are listed with health, breaker, drivers and limits, and without a secret', async () => {
    const { http, simulator } = await startApi();
    const answer = await http.get('/v1/targets').expect(200);
    const { items } = targetPageSchema.parse(answer.body);
    expect(items[0]).toMatchObject({
      name: 'lab',
      health: { ok: true, objects: { ok: true }, security: { ok: true }, control: { ok: true } },
      drivers: { objects: 'gws', security: 'bridge', control: 'bridge' },
      limits: { maxConcurrent: 16 },
      breaker: { state: 'closed', objects: { state: 'closed' } },
      pause: null,
    });
    expect(targetSchema.parse((await http.get('/v1/targets/lab').expect(200)).body)).toEqual(items[0]);
    expect(answer.text).not.toContain(simulator.credentials.password);
    expect(answer.text).not.toContain(simulator.credentials.bridgeToken);
  });
});

describe('the feed', () => {
  it('gives every event once, page by page, and waits for the next', async () => {
    const api = await startApi();
    for (let n = 0; n < 3; n += 1) await accept(api, n);
    const seen: string[] = [];
    let after = '';
    while (seen.length < 3) {
      const page = eventPageSchema.parse(
        (await api.http.get(`/v1/events?limit=2&wait=5${after}`).expect(200)).body,
      );
      seen.push(...page.events.map((event) => event.partitionkey));
      after = `&after=${page.next}`;
    }
    expect(seen).toEqual(['lab/Environment/k0', 'lab/Environment/k1', 'lab/Environment/k2']);
    const waiting = api.http.get(`/v1/events?wait=20${after}`);
    const [page] = await Promise.all([waiting, accept(api, 3)]);
    expect(eventPageSchema.parse(page.body).events.map((event) => event.partitionkey)).toEqual([
      'lab/Environment/k3',
    ]);
  });
});
