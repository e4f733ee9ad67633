import { describe, expect, it } from 'vitest';
import { planSchema } from '../../src/solutions/api-schemas.js';
import { bank, onboard, startApi } from './api.js';

const effectsOf = async (url: string): Promise<unknown> => {
  const answer = await fetch(`${url}/simulator/log?after=0`);
  return answer.json();
};

describe('validate_only=true', () => {
  it('answers what would be done, changes nothing, and can be read again', async () => {
    const { http, simulator, database } = await startApi();
    const before = await effectsOf(simulator.url);
    const answer = await http.post('/v1/solutions?validate_only=true').send(onboard());
    expect(answer.status).toBe(200);
    const plan = planSchema.parse(answer.body);
    expect(plan.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(plan.findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    expect(plan.actions[0]).toMatchObject({
      step: 'create-account',
      kind: 'create',
      object: { type: 21, name: 'retail-email-account', dbid: null },
      before: null,
    });
    expect(plan.actions.filter((action) => action.kind === 'grant').length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(plan.actions)).toContain('{"knownAfter":"create-account/1"}');
    expect(Object.keys(plan.actions[0] ?? {}).sort()).toEqual(['after', 'before', 'kind', 'object', 'step']);
    expect(await effectsOf(simulator.url)).toEqual(before);
    expect((await database.query('SELECT id FROM solution')).rowCount).toBe(0);
    expect((await http.get(`/v1/plans/${plan.planId}`).expect(200)).body).toEqual(answer.body);
  });

  it('gives the same digest for the same target, and another for another request', async () => {
    const { http } = await startApi();
    const digestOf = async (changes: object) =>
      planSchema.parse(
        (await http.post('/v1/solutions?validate_only=true').send({ ...onboard(), ...changes })).body,
      ).digest;
    const first = await digestOf({});
    expect(await digestOf({})).toBe(first);
    expect(await digestOf({ businessProcesses: ['Retail Inbound'] })).not.toBe(first);
  });

  it('says what is unknown, and who holds what is claimed, as findings', async () => {
    const { http } = await startApi();
    await http.post('/v1/solutions').send(onboard()).expect(202);
    const asked = bank({ businessProcesses: ['Bank Chat', 'Retail Inbound', 'Bank Cha'] });
    const { findings } = planSchema.parse(
      (await http.post('/v1/solutions?validate_only=true').send(asked)).body,
    );
    const errors = findings.filter((finding) => finding.severity === 'error');
    expect(errors.find((finding) => finding.code === 'resource-claimed')?.detail).toContain('retail-email');
    expect(errors.find((finding) => finding.code === 'unknown-business-process')?.detail).toContain(
      'Bank Chat',
    );
  });

  it('warns of servers that stand still and would stay so', async () => {
    const { http, simulator } = await startApi();
    for (const application of ['IxnServer_Retail', 'IxnServer_Retail_B']) {
      await fetch(`${simulator.url}/simulator/change`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status: { application, status: 1 } }),
      });
    }
    const warnedOf = async (changes: object) =>
      planSchema
        .parse((await http.post('/v1/solutions?validate_only=true').send({ ...onboard(), ...changes })).body)
        .findings.flatMap(({ code, object }) =>
          code === 'not-proven-running' ? [(object as { name: string }).name] : [],
        );
    expect(await warnedOf({})).toEqual(['IxnServer_Retail', 'IxnServer_Retail_B']);
    expect(await warnedOf({ restart: { startAfter: 'running' } })).toEqual([]);
  });

  it('is 503 and may be asked again when the target does not answer', async () => {
    const { http, simulator } = await startApi();
    const fault = { match: {}, fault: { kind: 'down' }, times: null };
    await fetch(`${simulator.url}/simulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    const answer = await http.post('/v1/solutions?validate_only=true').send(onboard());
    expect(answer.body).toMatchObject({ status: 503, code: 'target-unavailable', retryable: true });
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('takes no planId', async () => {
    const { http } = await startApi();
    const planId = '0193a0de-0000-7000-8000-000000000000';
    const answer = await http.post('/v1/solutions?validate_only=true').send(onboard({ planId }));
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '/planId' }] });
  });
});

describe('a planId', () => {
  it('carries out that plan: its digest goes with the operation', async () => {
    const { http, database } = await startApi();
    const plan = planSchema.parse((await http.post('/v1/solutions?validate_only=true').send(onboard())).body);
    const answer = await http
      .post('/v1/solutions')
      .send(onboard({ planId: plan.planId }))
      .expect(202);
    expect(answer.body).toMatchObject({ planId: plan.planId });
    const { rows } = await database.query('SELECT plan_digest FROM operation_input');
    expect(rows).toEqual([{ plan_digest: plan.digest }]);
  });

  it('is refused for another request, when it is unknown, and a day later', async () => {
    const { http, database } = await startApi();
    const plan = planSchema.parse((await http.post('/v1/solutions?validate_only=true').send(onboard())).body);
    const planId = plan.planId;
    const other = await http.post('/v1/solutions').send(onboard({ planId, displayName: 'other' }));
    expect(other.body).toMatchObject({
      status: 422,
      code: 'plan-mismatch',
      errors: [{ pointer: '/planId' }],
    });
    const unknown = onboard({ planId: '0193a0de-0000-7000-8000-000000000000' });
    expect((await http.post('/v1/solutions').send(unknown)).body).toMatchObject({ code: 'plan-not-found' });
    await database.query('UPDATE plan SET expires_at = now()');
    expect((await http.post('/v1/solutions').send(onboard({ planId }))).body).toMatchObject({
      code: 'plan-not-found',
    });
    expect((await http.get(`/v1/plans/${planId}`)).body).toMatchObject({
      status: 404,
      code: 'plan-not-found',
    });
    expect((await database.query('SELECT id FROM operation')).rowCount).toBe(0);
  });
});
