import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { operationSchema, type solutionSchema } from '../../src/solutions/api-schemas.js';
import { bank, onboard, startApi, type Api, type Operation } from './api.js';

type Solution = z.infer<typeof solutionSchema>;

const onboarded = async (api: Api): Promise<Solution> => {
  const answer = await api.http.post('/v1/solutions').send(onboard()).expect(202);
  const operation = await ended(api, answer);
  if (operation.state !== 'completed') throw new Error(JSON.stringify(operation.error));
  return solution(api, operation.solution.href);
};

const solution = async (api: Api, href: string): Promise<Solution> =>
  (await api.http.get(href).expect(200)).body as Solution;

const claims = async ({ database }: Api, id: string): Promise<string[]> => {
  const { rows } = await database.query<{ resource: string }>(
    'SELECT resource FROM claim WHERE solution_id = $1 ORDER BY resource',
    [id],
  );
  return rows.map(({ resource }) => resource);
};

const ended = async (api: Api, answer: { body: unknown }): Promise<Operation> =>
  api.ended((answer.body as Operation).href);

describe('Changing and offboarding a solution', () => {
  it('changes it, says so in state, version and claims, and takes it away', async () => {
    const api = await startApi({ runner: true });
    const before = await onboarded(api);
    const businessProcesses = ['Retail Inbound', 'Bank Chat'];
    const answer = await api.http
      .patch(before.href)
      .set('if-match', `"0", "${before.version}"`)
      .send({
        businessProcesses,
        displayName: 'Retail by mail',
        externalReference: [{ name: 'R1', externalReferenceType: 's' }],
      })
      .expect(202);
    expect(operationSchema.parse(answer.body)).toMatchObject({ kind: 'change' });
    expect(await ended(api, answer)).toMatchObject({
      state: 'completed',
      error: null,
      externalReference: [{ name: 'R1' }],
    });
    const changed = await solution(api, before.href);
    expect(changed).toMatchObject({
      state: 'active',
      version: before.version + 2,
      displayName: 'Retail by mail',
      desired: { businessProcesses },
      isolation: { state: 'verified' },
    });
    expect(changed.desired).not.toHaveProperty('standing');
    expect(await claims(api, before.id)).toEqual([
      'lab/application/IxnServer_Retail',
      'lab/script/Environment/Bank Chat',
      'lab/script/Environment/Retail Inbound',
    ]);

    const leaving = await api.http.delete(before.href).expect(202);
    expect(await ended(api, leaving)).toMatchObject({ kind: 'offboarding', state: 'completed', error: null });
    expect(await solution(api, before.href)).toMatchObject({ state: 'offboarded', observed: null });
    expect(await claims(api, before.id)).toEqual([]);
    const again = await api.http.delete(before.href).expect(409);
    expect(again.body).toMatchObject({ code: 'solution-ended' });
  });

  it('stays as it was when the change fails, and gives back what it had claimed', async () => {
    const api = await startApi({ runner: true });
    const before = await onboarded(api);
    const held = await claims(api, before.id);
    const answer = await api.http
      .patch(before.href)
      .send({ interactionServer: 'IxnServer_Claims' })
      .expect(202);
    expect(await claims(api, before.id)).toContain('lab/application/IxnServer_Claims');
    expect(await ended(api, answer)).toMatchObject({ state: 'failed' });
    const after = await solution(api, before.href);
    expect(after).toMatchObject({ state: 'active', desired: before.desired, observed: before.observed });
    expect(await claims(api, before.id)).toEqual(held);
  });

  it('refuses another version, another operation at once and what another solution holds', async () => {
    const api = await startApi({ runner: false });
    const own = (await api.http.post('/v1/solutions').send(onboard()).expect(202)).body as Operation;
    await api.http.post('/v1/solutions').send(bank()).expect(202);
    const { href } = own.solution;
    const busy = await api.http.delete(href).expect(409);
    expect(busy.body).toMatchObject({ code: 'operation-in-progress', href: own.href });
    await api.database.query(`UPDATE operation SET ended_at = now(), state = 'completed' WHERE id = $1`, [
      own.id,
    ]);
    await api.database.query(`UPDATE solution SET state = 'active' WHERE id = $1`, [own.solution.id]);
    for (const request of [
      api.http.patch(href).send({ expectedVersion: 9 }),
      api.http.patch(href).set('if-match', '"9"').send({}),
      api.http.patch(href).set('if-match', 'W/"1", "9", *').send({}),
      api.http.delete(href).send({ expectedVersion: 9 }),
    ]) {
      expect((await request.expect(412)).body).toMatchObject({ code: 'precondition-failed', version: 1 });
    }
    for (const form of ['1', 'W/"1"']) {
      const refused = await api.http.patch(href).set('if-match', form).send({}).expect(412);
      expect((refused.body as { detail: string }).detail).toContain('Send `If-Match: "1"`');
    }
    const claimed = await api.http
      .patch(href)
      .send({ businessProcesses: ['Retail Inbound', 'Bank Chat'] })
      .expect(409);
    expect(claimed.body).toMatchObject({
      code: 'resource-claimed',
      errors: [{ pointer: '/businessProcesses/1' }],
    });
    expect(await solution(api, href)).toMatchObject({ state: 'active', version: 1 });
  });

  it('means the same operation by the same key or the same payload', async () => {
    const api = await startApi({ runner: false });
    const own = (await api.http.post('/v1/solutions').send(onboard()).expect(202)).body as Operation;
    const { href } = own.solution;
    await api.database.query(`UPDATE operation SET ended_at = now(), state = 'completed' WHERE id = $1`, [
      own.id,
    ]);
    const ask = (key: string, body: object) => api.http.delete(href).set('idempotency-key', key).send(body);
    const first = (await ask('a', {}).expect(202)).body as Operation;
    expect((await ask('a', {}).expect(202)).body).toMatchObject({ id: first.id });
    expect((await api.http.delete(href).expect(202)).body).toMatchObject({ id: first.id });
    await ask('a', { serverAfter: 'former' }).expect(422);
    await ask('b', {}).expect(409);
    expect(await solution(api, href)).toMatchObject({ state: 'offboarding', version: 2 });
  });

  it('refuses members that do nothing yet, and solutions that are not active or not there', async () => {
    const api = await startApi({ runner: false });
    const own = (await api.http.post('/v1/solutions').send(onboard()).expect(202)).body as Operation;
    const { href } = own.solution;
    const callback = { url: 'https://tickets.example/hook' };
    for (const request of [api.http.patch(href), api.http.delete(href)]) {
      expect((await request.send({ callback }).expect(422)).body).toMatchObject({
        code: 'not-yet-supported',
        errors: [{ pointer: '/callback' }],
      });
    }
    await api.http.patch(href).send({ accessGroup: {} }).expect(400);
    await api.http.delete('/v1/solutions/nobody').expect(404);
    await api.database.query(`UPDATE operation SET ended_at = now(), state = 'abandoned' WHERE id = $1`, [
      own.id,
    ]);
    await api.database.query(`UPDATE solution SET state = 'failed' WHERE id = $1`, [own.solution.id]);
    expect((await api.http.patch(href).send({}).expect(409)).body).toMatchObject({
      code: 'solution-not-active',
    });
    await api.http.delete(href).expect(202);
  });

  it('takes away what an abandoned onboarding has left behind', async () => {
    const api = await startApi({ runner: true });
    const before = await onboarded(api);
    await api.database.query(`UPDATE solution SET state = 'failed', observed = NULL WHERE id = $1`, [
      before.id,
    ]);
    expect(await ended(api, await api.http.delete(before.href).expect(202))).toMatchObject({
      state: 'completed',
      error: null,
    });
    expect(await claims(api, before.id)).toEqual([]);
  });

  it('stops no server before the window that the request gives, and says that it waits for it', async () => {
    const api = await startApi({ runner: true });
    const before = await onboarded(api);
    const window = { notBefore: '2036-01-01T00:00:00Z', notAfter: '2036-01-01T06:00:00Z' };
    const stopped = async (): Promise<number> => {
      const answer = await fetch(`${api.simulator.url}/simulator/log?after=0&limit=1000`);
      const { lines } = (await answer.json()) as { lines: { effect: string }[] };
      return lines.filter(({ effect }) => effect === 'stop').length;
    };
    const stops = await stopped();
    const upsideDown = { notBefore: window.notAfter, notAfter: window.notBefore };
    await api.http.delete(before.href).send({ window: upsideDown }).expect(400);
    const answer = await api.http.delete(before.href).send({ window }).expect(202);
    const { href } = answer.body as Operation;
    let operation = answer.body as Operation;
    while (operation.waitingFor?.reason !== 'window') {
      operation = (await api.http.get(href).set('prefer', 'wait=5').expect(200)).body as Operation;
    }
    expect(operation).toMatchObject({
      state: 'running',
      waitingFor: { until: '2036-01-01T00:00:00.000Z' },
      possibleVerbs: ['pause', 'cancel', 'reschedule'],
    });
    expect(await stopped()).toBe(stops);
    await api.http.post(`${href}/cancel`).send({ reason: 'not this year' }).expect(200);
    expect(await api.ended(href)).toMatchObject({ state: 'cancelled' });
    expect(await solution(api, before.href)).toMatchObject({ state: 'active' });
  });
});
