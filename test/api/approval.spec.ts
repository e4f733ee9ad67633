import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiKey, Role } from '../../src/config/api-keys.js';
import { operationSchema, planSchema } from '../../src/solutions/api-schemas.js';
import { onboard, startApi, type Api, type Operation } from './api.js';

const key = (name: string, ...roles: Role[]): ApiKey => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  roles,
  scopes: [{ target: '*', tenant: '*' }],
});

/** Callers send their name as their key; nobody signs in where there are none. */
const as = (caller: string | null) => (caller === null ? {} : { 'x-api-key': caller });

async function awaiting(api: Api, caller: string | null = null, more: object = {}): Promise<Operation> {
  const answer = await api.http
    .post('/v1/solutions')
    .set(as(caller))
    .send(onboard({ requireApproval: true, ...more }))
    .expect(202);
  let operation = operationSchema.parse(answer.body);
  while (operation.state !== 'awaiting-approval' && !operation.done) {
    const next = await api.http.get(operation.href).set(as(caller)).set('prefer', 'wait=5').expect(200);
    operation = operationSchema.parse(next.body);
  }
  return operation;
}

const approve = (api: Api, { href, approval }: Operation, caller: string | null, changes: object = {}) =>
  api.http
    .post(`${href}/approve`)
    .set(as(caller))
    .send({ reason: 'looked at it', digest: approval?.digest, ...changes });

const ended = async (api: Api, href: string, caller: string): Promise<Operation> => {
  for (;;) {
    const answer = await api.http.get(href).set(as(caller)).set('prefer', 'wait=5').expect(200);
    const operation = operationSchema.parse(answer.body);
    if (operation.done) return operation;
  }
};

const effects = async ({ simulator }: Api): Promise<number> => {
  const answer = await fetch(`${simulator.url}/simulator/log?after=0`);
  return ((await answer.json()) as { lines: unknown[] }).lines.length;
};

describe('Approval', () => {
  it('shows the approver the plan and its digest, holds no lock meanwhile, and carries out just that', async () => {
    const api = await startApi({
      runner: true,
      apiKeys: [key('asks', 'requester', 'approver'), key('boss', 'approver'), key('runs', 'operator')],
    });
    const operation = await awaiting(api, 'asks');
    expect(operation).toMatchObject({
      state: 'awaiting-approval',
      waitingFor: { reason: 'approval', until: null },
      possibleVerbs: ['cancel', 'approve'],
      approval: { by: null, at: null },
    });
    const planId = operation.approval?.planId ?? '';
    const answer = await api.http.get(`/v1/plans/${planId}`).set(as('boss')).expect(200);
    const plan = planSchema.parse(answer.body);
    expect(plan.digest).toBe(operation.approval?.digest);
    expect(plan.actions.length).toBeGreaterThan(8);
    expect(await effects(api)).toBe(0);
    expect((await api.database.query('SELECT 1 FROM lock')).rowCount).toBe(0);

    expect((await approve(api, operation, 'runs').expect(403)).body).toMatchObject({ code: 'forbidden' });
    const own = await approve(api, operation, 'asks').expect(403);
    expect(own.body).toMatchObject({ code: 'approval-by-requester' });
    const other = await approve(api, operation, 'boss', { digest: `sha256:${'0'.repeat(64)}` }).expect(409);
    expect(other.body).toMatchObject({ code: 'plan-drifted', planId, digest: plan.digest });
    for (const digest of [undefined, 'the plan']) {
      const missing = await approve(api, operation, 'boss', { digest }).expect(400);
      expect(missing.body).toMatchObject({ errors: [{ pointer: '/digest' }] });
    }
    await approve(api, operation, 'boss').expect(200);
    const done = await ended(api, operation.href, 'asks');
    expect(done).toMatchObject({ state: 'completed', approval: { by: 'boss', digest: plan.digest } });
    expect(done.steps[0]?.findings.map(({ code }) => code)).not.toContain('approval-not-separated');
    const carriedOut = done.steps.flatMap((step) =>
      (step.actions ?? []).map(({ kind }) => [step.name, kind]),
    );
    expect(carriedOut).toEqual(plan.actions.map(({ step, kind }) => [step, kind]));
    const { events } = (await api.http.get('/v1/events?limit=100').set(as('boss')).expect(200)).body as {
      events: { type: string; data: { verb?: string; by?: string } }[];
    };
    expect(events.map(({ type }) => type)).toContain('solution-onboarding.operation.awaiting-approval.v1');
    const applied = events.find(({ type }) => type === 'solution-onboarding.operation.verb-applied.v1');
    expect(applied?.data).toMatchObject({ verb: 'approve', by: 'boss' });
  });

  it('may be given by the one caller where nobody signs in, and the operation warns of it', async () => {
    const api = await startApi({ runner: true });
    const operation = await awaiting(api);
    await approve(api, operation, null).expect(200);
    const done = await api.ended(operation.href);
    expect(done.state).toBe('completed');
    const { findings = [] } = done.steps[0] ?? {};
    expect(findings.map(({ severity, code }) => [severity, code])).toContainEqual([
      'warning',
      'approval-not-separated',
    ]);
  });

  it('given to a plan that the target has left behind ends in `plan-drifted`, before the first effect', async () => {
    const api = await startApi({ runner: true });
    const operation = await awaiting(api);
    const change = {
      acl: {
        object: { type: 12, name: 'Retail Inbound' },
        account: { type: 21, name: 'Ixn servers base' },
        accessMask: 1,
      },
    };
    const stop = { status: { application: 'IxnServer_Retail_B', status: 1, runMode: 'none' } };
    for (const body of [change, stop]) {
      await fetch(`${api.simulator.url}/simulator/change`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    }
    const before = await effects(api);
    await approve(api, operation, null).expect(200);
    expect(await api.ended(operation.href)).toMatchObject({
      state: 'failed',
      error: { code: 'plan-drifted' },
    });
    expect(await effects(api)).toBe(before);
    expect((await api.database.query('SELECT 1 FROM claim')).rowCount).toBe(0);
  });

  it('is not asked for where the plan is known to fail: that is said at once', async () => {
    const api = await startApi({ runner: true });
    const failed = await awaiting(api, null, { businessProcesses: ['Retail Inbound', 'Nobody knows'] });
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'unknown-business-process' } });
  });

  it('keeps the plan that was asked for, and a plan that waits beyond its day', async () => {
    const api = await startApi({ runner: true });
    const dry = await api.http.post('/v1/solutions?validate_only=true').send(onboard()).expect(200);
    const { planId, digest } = planSchema.parse(dry.body);
    const operation = await awaiting(api, null, { planId });
    expect(operation).toMatchObject({ planId, approval: { planId, digest } });
    await api.database.query(`UPDATE plan SET expires_at = now() - interval '1 day'`);
    await api.http.get(`/v1/plans/${planId}`).expect(200);
    await api.http.post(`${operation.href}/cancel`).send({ reason: 'no' }).expect(200);
    expect(await api.ended(operation.href)).toMatchObject({ state: 'cancelled', leftBehind: [] });
    await api.http.get(`/v1/plans/${planId}`).expect(404);
  });
});
