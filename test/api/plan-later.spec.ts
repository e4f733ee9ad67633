import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { operationSchema, planSchema, solutionSchema } from '../../src/solutions/api-schemas.js';
import { bank, onboard, startApi, type Api, type Operation } from './api.js';

type Solution = z.infer<typeof solutionSchema>;
type Plan = z.infer<typeof planSchema>;

const onboarded = async (api: Api): Promise<Solution> => {
  const accepted = (await api.http.post('/v1/solutions').send(onboard()).expect(202)).body as Operation;
  const operation = await api.ended(accepted.href);
  if (operation.state !== 'completed') throw new Error(JSON.stringify(operation.error));
  return solution(api, operation.solution.href);
};

const solution = async (api: Api, href: string): Promise<Solution> =>
  solutionSchema.parse((await api.http.get(href).expect(200)).body);

/** Every line: each is one effect. */
const effects = async ({ simulator }: Api): Promise<unknown> =>
  (await fetch(`${simulator.url}/simulator/log?after=0`)).json();

const control = async ({ simulator }: Api, path: string, body: unknown): Promise<void> => {
  const answer = await fetch(`${simulator.url}/simulator${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.anything()]);
};

type Method = 'patch' | 'delete';
const sends = ({ http }: Api, method: Method, href: string, body: object) => http[method](href).send(body);

const planOf = async (api: Api, method: Method, href: string, body: object): Promise<Plan> =>
  planSchema.parse((await sends(api, method, `${href}?validate_only=true`, body).expect(200)).body);

const run = async (api: Api, method: Method, href: string, body: object): Promise<Operation> => {
  const accepted = operationSchema.parse((await sends(api, method, href, body).expect(202)).body);
  return api.ended(accepted.href);
};

const done = ({ steps }: Operation) =>
  steps.flatMap(({ name, actions }) =>
    (actions ?? []).map(({ kind, object }) => [name, kind, object.type, object.name]),
  );
const planned = ({ actions }: Plan) =>
  actions.map(({ step, kind, object }) => [step, kind, object.type, object.name]);

const change = { businessProcesses: ['Retail Inbound', 'Retail Complaints'] };

describe('validate_only=true of a solution that is there', () => {
  it.each<[Method, string, object, Record<string, unknown>[]]>([
    [
      'patch',
      'change',
      change,
      [
        { step: 'link-access-group', kind: 'grant', object: { name: 'Retail Complaints' } },
        { step: 'unlink-access-group', kind: 'revoke', object: { name: 'Retail Outbound' } },
      ],
    ],
    [
      'delete',
      'offboarding',
      {},
      [
        { step: 'delete-objects', kind: 'delete', object: { type: 3 }, after: null, irreversible: true },
        { step: 'delete-objects', kind: 'delete', object: { type: 21 }, after: null, irreversible: true },
      ],
    ],
  ])('%s answers what would be done, changes nothing, and is then carried out', async (...row) => {
    const [method, kind, body, some] = row;
    const api = await startApi({ runner: true });
    const before = await onboarded(api);
    const log = await effects(api);
    const plan = await planOf(api, method, before.href, body);
    expect(plan).toMatchObject({ kind, solution: { id: before.id, href: before.href } });
    expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const action of some) expect(plan.actions).toContainEqual(expect.objectContaining(matching(action)));
    expect(plan.interruption).toEqual(
      kind === 'offboarding'
        ? { expected: 'lasting', atMostSeconds: null }
        : { expected: 'none', atMostSeconds: 0 },
    );
    const isIrreversible = plan.actions.filter(({ irreversible }) => irreversible === true);
    expect(isIrreversible.map(({ step }) => step)).toEqual(
      kind === 'offboarding' ? ['delete-objects', 'delete-objects'] : [],
    );
    expect(await effects(api)).toEqual(log);
    expect(await solution(api, before.href)).toEqual(before);
    expect((await api.http.get(`/v1/plans/${plan.planId}`).expect(200)).body).toEqual(plan);
    expect((await planOf(api, method, before.href, body)).digest).toBe(plan.digest);

    const operation = await run(api, method, before.href, { ...body, planId: plan.planId });
    expect([operation.state, operation.error, operation.planId]).toEqual(['completed', null, plan.planId]);
    expect(done(operation)).toEqual(planned(plan));
  });

  it.each<[Method, object]>([
    ['patch', change],
    ['delete', {}],
  ])('%s does nothing of a plan when the target has moved since', async (method, body) => {
    const api = await startApi({ runner: true });
    const before = await onboarded(api);
    const { planId } = await planOf(api, method, before.href, body);
    const process = { type: 12, name: 'Retail Outbound', tenantDbid: 1 };
    const account = { type: 21, name: 'retail-email-account' };
    await control(api, '/change', { acl: { object: process, account, accessMask: null } });
    const log = await effects(api);
    const operation = await run(api, method, before.href, { ...body, planId });
    expect([operation.state, operation.error?.code]).toEqual(['failed', 'plan-drifted']);
    expect(done(operation)).toEqual([]);
    expect(await effects(api)).toEqual(log);
    expect(await solution(api, before.href)).toMatchObject({ state: 'active', desired: before.desired });
  });

  it('refuses a plan of another solution, kind or body, one that is gone, and one older than the solution', async () => {
    const api = await startApi({ runner: true });
    const { href } = await onboarded(api);
    const renamed = { displayName: 'Retail by mail' };
    const ofChange = (await planOf(api, 'patch', href, change)).planId;
    const ofOther = (await planOf(api, 'patch', href, renamed)).planId;
    await api.database.query('UPDATE plan SET solution_id = gen_random_uuid() WHERE id = $1', [ofOther]);
    const ofEnd = (await planOf(api, 'delete', href, {})).planId;
    const fresh = onboard({
      key: 'fresh',
      interactionServer: 'IxnServer_Claims',
      businessProcesses: ['Claims Intake'],
    });
    const ofNew = planSchema.parse(
      (await api.http.post('/v1/solutions?validate_only=true').send(fresh).expect(200)).body,
    ).planId;
    const mismatches: [Method, object, RegExp][] = [
      ['patch', { ...change, planId: ofEnd }, /another kind of operation: offboarding, not change/],
      ['delete', { planId: ofChange }, /another kind of operation: change, not offboarding/],
      ['patch', { ...change, planId: ofNew }, /another kind of operation: onboarding/],
      ['patch', { ...renamed, planId: ofOther }, /another solution/],
      ['patch', { ...renamed, planId: ofChange }, /another request/],
      ['delete', { serverAfter: 'former', planId: ofEnd }, /another request/],
    ];
    for (const [method, body, detail] of mismatches) {
      expect((await sends(api, method, href, body).expect(422)).body).toMatchObject({
        code: 'plan-mismatch',
        detail: expect.stringMatching(detail) as unknown,
        errors: [{ pointer: '/planId' }],
      });
    }
    const onboarding = await api.http
      .post('/v1/solutions')
      .send({ ...fresh, planId: ofChange })
      .expect(422);
    expect(onboarding.body).toMatchObject({ code: 'plan-mismatch' });
    const nobodys = '0193a0de-0000-7000-8000-000000000000';
    const unknown = await sends(api, 'patch', href, { ...change, planId: nobodys }).expect(404);
    expect(unknown.body).toMatchObject({ code: 'plan-not-found' });

    expect(await run(api, 'patch', href, { businessProcesses: ['Retail Inbound'] })).toMatchObject({
      state: 'completed',
    });
    const late = await sends(api, 'patch', href, { ...change, planId: ofChange }).expect(409);
    expect(late.body).toMatchObject({ code: 'plan-drifted', planId: ofChange });
    const end = await sends(api, 'delete', href, { planId: ofEnd }).expect(409);
    expect(end.body).toMatchObject({ code: 'plan-drifted', planId: ofEnd });
    await api.database.query('UPDATE plan SET expires_at = now()');
    const expired = await sends(api, 'delete', href, { planId: ofEnd }).expect(404);
    expect(expired.body).toMatchObject({ code: 'plan-not-found' });
    expect(await solution(api, href)).toMatchObject({ state: 'active' });
  });

  it('is refused as the operation itself would be', async () => {
    const api = await startApi({ runner: true });
    const { href, version } = await onboarded(api);
    const asked = `${href}?validate_only=true`;
    const planId = '0193a0de-0000-7000-8000-000000000000';
    for (const method of ['patch', 'delete'] as const) {
      const refused = (body: object) => sends(api, method, asked, body);
      expect((await refused({ planId }).expect(400)).body).toMatchObject({
        errors: [{ pointer: '/planId', detail: 'cannot go with validate_only=true' }],
      });
      expect((await refused({ expectedVersion: version + 1 }).expect(412)).body).toMatchObject({ version });
      await refused({})
        .set('if-match', `"${version + 1}"`)
        .expect(412);
      await refused({ expectedVersion: version }).set('if-match', `"${version}"`).expect(200);
      await refused({ callback: { url: 'https://tickets.example/hook' } }).expect(422);
      await sends(api, method, `${href}?validate_only=perhaps`, {}).expect(400);
      await sends(api, method, '/v1/solutions/nobody?validate_only=true', {}).expect(404);
    }
    await control(api, '/faults', { match: {}, fault: { kind: 'down' }, times: null });
    expect((await sends(api, 'patch', asked, {}).expect(503)).body).toMatchObject({
      code: 'target-unavailable',
      retryable: true,
    });
    const running = operationSchema.parse((await api.http.delete(href).expect(202)).body);
    expect((await sends(api, 'patch', asked, {}).expect(409)).body).toMatchObject({
      code: 'operation-in-progress',
      href: running.href,
    });
    await api.http.post(`${running.href}/cancel`).send({ reason: 'the target is away' }).expect(200);
    await api.ended(running.href);
    await api.database.query(`UPDATE solution SET state = 'failed'`);
    expect((await sends(api, 'patch', asked, {}).expect(409)).body).toMatchObject({
      code: 'solution-not-active',
    });
    await api.database.query(`UPDATE solution SET state = 'offboarded', live = false`);
    for (const method of ['patch', 'delete'] as const)
      expect((await sends(api, method, asked, {}).expect(409)).body).toMatchObject({
        code: 'solution-ended',
      });
  });

  it('says what another solution holds as a finding, and claims nothing', async () => {
    const api = await startApi({ runner: true });
    const { href } = await onboarded(api);
    await api.http
      .post('/v1/solutions')
      .send(bank({ notBefore: '2036-01-01T00:00:00Z' }))
      .expect(202);
    const plan = await planOf(api, 'patch', href, { businessProcesses: ['Retail Inbound', 'Bank Chat'] });
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ severity: 'error', code: 'resource-claimed' }) as unknown,
    );
    expect(plan.interruption).toBeNull();
  });
});

const matching = ({ object, ...action }: Record<string, unknown>): Record<string, unknown> => ({
  ...action,
  object: expect.objectContaining(object as object) as unknown,
});
