import { describe, expect, it } from 'vitest';
import {
  eventPageSchema,
  operationSchema,
  planSchema,
  solutionSchema,
  verificationSchema,
} from '../../src/solutions/api-schemas.js';
import { onboardExamples } from '../../src/solutions/onboard-examples.js';
import { onboard, startApi, type Api } from './api.js';

const run = async (api: Api, body: object) => {
  const accepted = operationSchema.parse((await api.http.post('/v1/solutions').send(body).expect(202)).body);
  return api.ended(accepted.href);
};
const solutionOf = async (api: Api, href: string) =>
  solutionSchema.parse((await api.http.get(href).expect(200)).body);
const control = async (api: Api, path: string, body: unknown) => {
  const answer = await fetch(`${api.simulator.url}/simulator${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.anything()]);
};
const typesOf = async (api: Api, solutionId: string) =>
  eventPageSchema
    .parse((await api.http.get(`/v1/events?solution=${solutionId}&limit=500`).expect(200)).body)
    .events.map((event) => event.type.replace(/^solution-onboarding\.(.*)\.v1$/, '$1'));

describe('the examples of the explorer', () => {
  it('onboard: completes, and the solution shows what was made and that it is isolated', async () => {
    const api = await startApi({ runner: true });
    const operation = await run(api, onboardExamples.onboard.value);
    expect([operation.state, operation.error]).toEqual(['completed', null]);
    expect(operation.interruptions).toEqual([]);
    const solution = await solutionOf(api, operation.solution.href);
    expect(solution).toMatchObject({
      state: 'active',
      isolation: { state: 'verified' },
      version: 2,
      lastOperation: { id: operation.id, state: 'completed', done: true },
      observed: {
        at: operation.endedAt,
        accessGroup: { name: 'retail-email-account' },
        person: { userName: 'ixn-environment-retail-email' },
        businessProcesses: [{ name: 'Retail Inbound' }, { name: 'Retail Outbound' }],
        servers: [
          { name: 'IxnServer_Retail', role: 'primary' },
          { name: 'IxnServer_Retail_B', role: 'backup' },
        ],
        drifted: false,
      },
    });
  });

  it('fails-half-way: is undone, and the solution and its objects are free again', async () => {
    const api = await startApi({ runner: true });
    const { value } = onboardExamples['fails-half-way'];
    const operation = await run(api, value);
    expect([operation.state, operation.error?.step, operation.leftBehind]).toEqual([
      'failed',
      'rebind-server',
      [],
    ]);
    const [interruption, ...more] = operation.interruptions ?? [];
    expect(more).toEqual([]);
    expect(interruption?.seconds).toBeGreaterThan(0);
    const { events } = eventPageSchema.parse(
      (await api.http.get(`/v1/events?operation=${operation.id}&limit=500`).expect(200)).body,
    );
    const restored = events.find(({ type }) => type.endsWith('.service-restored.v1'));
    expect(restored?.data).toMatchObject({ serviceDown: false, interruptions: [interruption] });
    expect(operation.steps.filter((step) => step.state === 'undone').map((step) => step.name)).toContain(
      'create-account',
    );
    expect(await solutionOf(api, operation.solution.href)).toMatchObject({ state: 'failed', observed: null });
    expect((await api.database.query('SELECT resource FROM claim')).rowCount).toBe(0);
    await api.http.post('/v1/solutions').send(value).expect(202);
  });
});

describe('the end of an onboarding', () => {
  it('cancelled: the solution has failed and its objects are free', async () => {
    const api = await startApi({ runner: true });
    await control(api, '/faults', { match: {}, fault: { kind: 'down' }, times: null });
    const answer = await api.http.post('/v1/solutions').send(onboard()).expect(202);
    const { href, solution } = operationSchema.parse(answer.body);
    await api.http.post(`${href}/cancel`).send({ reason: 'the target is away' }).expect(200);
    expect(await api.ended(href)).toMatchObject({ state: 'cancelled', requestedVerb: null });
    expect(await solutionOf(api, solution.href)).toMatchObject({
      state: 'failed',
      isolation: { state: 'unverified' },
    });
    expect((await api.database.query('SELECT resource FROM claim')).rowCount).toBe(0);
  });

  it('abandoned: the solution keeps its identity and its objects', async () => {
    const api = await startApi({ runner: true });
    await control(api, '/faults', { match: {}, fault: { kind: 'down' }, times: null });
    const answer = await api.http.post('/v1/solutions').send(onboard()).expect(202);
    const { id, href, solution } = operationSchema.parse(answer.body);
    await expect
      .poll(async () => (await api.http.get(href)).body as unknown, { timeout: 20_000 })
      .toMatchObject({ waitingFor: { reason: 'target' } });
    await api.database.query(
      `UPDATE operation SET state = 'needs-attention', owner = NULL, due_at = NULL, version = version + 10 WHERE id = $1`,
      [id],
    );
    await api.http.post(`${href}/abandon`).send({ reason: 'by hand from here' }).expect(200);
    expect(await api.ended(href)).toMatchObject({ state: 'abandoned' });
    expect(await solutionOf(api, solution.href)).toMatchObject({ state: 'failed' });
    expect((await api.database.query('SELECT resource FROM claim')).rowCount).toBe(3);
    const again = await api.http.post('/v1/solutions').send(onboard());
    expect(again.body).toMatchObject({ status: 409, code: 'solution-exists' });
  });
});

describe('an agreed plan', () => {
  const plan = async (api: Api) =>
    planSchema.parse((await api.http.post('/v1/solutions?validate_only=true').send(onboard())).body);

  it('is carried out: what was done is what was planned', async () => {
    const api = await startApi({ runner: true });
    const { planId, actions } = await plan(api);
    const operation = await run(api, onboard({ planId }));
    expect([operation.state, operation.error, operation.planId]).toEqual(['completed', null, planId]);
    const done = operation.steps.flatMap((step) =>
      (step.actions ?? []).map(({ kind, object }) => [step.name, kind, object.name]),
    );
    expect(done).toEqual(actions.map(({ step, kind, object }) => [step, kind, object.name]));
  });

  it('is not carried out when the target has moved since: nothing is changed', async () => {
    const api = await startApi({ runner: true });
    const { planId } = await plan(api);
    const server = 'IxnServer_Retail_B';
    await control(api, '/change', { status: { application: server, status: 1, runMode: 'none' } });
    const operation = await run(api, onboard({ planId }));
    expect([operation.state, operation.error?.code]).toEqual(['failed', 'plan-drifted']);
    expect(operation.steps.flatMap((step) => step.actions ?? [])).toEqual([]);
  });
});

describe('POST /v1/solutions/{id}/verify', () => {
  it('finds nothing after an onboarding, says what somebody changed since, and tells it once', async () => {
    const api = await startApi({ runner: true });
    const { solution } = await run(api, onboard());
    const verify = async () =>
      verificationSchema.parse((await api.http.post(`${solution.href}/verify`).expect(200)).body);
    expect(await verify()).toMatchObject({ isolation: { state: 'verified' }, drift: [] });

    const { observed } = await solutionOf(api, solution.href);
    const primary = observed?.servers[0]?.dbid ?? 0;
    await control(api, '/change', { account: { application: primary, account: { type: 21, dbid: 98 } } });
    const seen = await verify();
    expect(seen.isolation.state).toBe('violated');
    expect(seen.drift.map((action) => [action.kind, action.object.name])).toContainEqual([
      'set-account',
      'IxnServer_Retail',
    ]);
    await verify();
    expect(await solutionOf(api, solution.href)).toMatchObject({
      isolation: { state: 'violated' },
      observed: { drifted: true },
      version: 3,
    });
    await expect
      .poll(async () => (await typesOf(api, solution.id)).filter((type) => type.startsWith('solution.')))
      .toEqual(['solution.drifted']);

    const person = observed?.person?.dbid ?? 0;
    await control(api, '/change', { account: { application: primary, account: { type: 3, dbid: person } } });
    expect(await verify()).toMatchObject({ isolation: { state: 'verified' }, drift: [] });
    await expect
      .poll(async () => (await typesOf(api, solution.id)).filter((type) => type.startsWith('solution.')))
      .toEqual(['solution.drifted', 'solution.verified']);
  });

  it('is refused while an operation of the solution runs', async () => {
    const api = await startApi();
    const answer = await api.http.post('/v1/solutions').send(onboard()).expect(202);
    const { href, solution } = operationSchema.parse(answer.body);
    const refused = await api.http.post(`${solution.href}/verify`);
    expect(refused.body).toMatchObject({ status: 409, code: 'operation-in-progress', href });
  });
});
