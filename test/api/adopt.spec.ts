import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { IncomingCommand } from '../../src/messaging/incoming-command.js';
import { planSchema, type solutionSchema } from '../../src/solutions/api-schemas.js';
import { setUpByHand, whole, type ByHand } from '../onboarding/by-hand.js';
import { onboard, startApi, type Api, type ApiOptions, type Operation } from './api.js';

type Solution = z.infer<typeof solutionSchema>;

const control = async (
  { simulator }: Api,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const answer = await fetch(`${simulator.url}/simulator${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

async function withByHand(there: ByHand, options: ApiOptions = { runner: true }): Promise<Api> {
  const api = await startApi(options);
  await setUpByHand((body) => control(api, 'POST', '/change', body), there);
  return api;
}

/** The Person is not called as the key has it. */
const adopting = (changes: Record<string, unknown> = {}) =>
  onboard({
    onExisting: 'adopt',
    accessGroup: { name: 'retail-email-account' },
    person: { userName: 'ixn-retail-email' },
    ...changes,
  });

const plan = async ({ http }: Api, body: object) =>
  planSchema.parse((await http.post('/v1/solutions?validate_only=true').send(body).expect(200)).body);

const identity = { target: 'lab', tenant: 'Environment', key: 'retail-email' };

/** As the consumer hands it to the inbox. @returns the operation, when it has ended */
async function commanded(api: Api, word: 'onboard' | 'offboard', data: object): Promise<Operation> {
  const command: IncomingCommand = {
    source: '/tickets',
    id: `adopt-${word}-${performance.now()}`,
    type: `solution-onboarding.command.${word}.v1`,
    time: new Date(),
    correlationId: 'RITM7',
    traceparent: null,
    partitionKey: Object.values(identity).join('/'),
    data,
  };
  expect(await api.inbox.handle([command])).toEqual([{ outcome: 'accepted' }]);
  const { rows } = await api.database.query<{ operation_id: string }>(
    'SELECT operation_id FROM inbox WHERE message_id = $1',
    [command.id],
  );
  return api.ended(`/v1/operations/${rows[0]?.operation_id ?? ''}`);
}

describe('onExisting: adopt', () => {
  const { businessProcesses } = onboard();
  const entries = Object.fromEntries(businessProcesses.map((name) => [name, 9]));
  const all: ByHand = { ...whole, entries };

  it('plans, carries the plan out, holds without drift, and leaves at the end what was there', async () => {
    const api = await withByHand(all);
    const before = await control(api, 'GET', '/world');
    const { planId, actions, findings } = await plan(api, adopting());
    expect(actions.map(({ kind }) => kind)).toEqual(['update', 'update']);
    expect(findings.filter(({ code }) => code === 'adopted').length).toBeGreaterThanOrEqual(4);

    const accepted = await api.http.post('/v1/solutions').send(adopting({ planId })).expect(202);
    const operation = await api.ended((accepted.body as Operation).href);
    expect(operation).toMatchObject({ state: 'completed', error: null, planId });
    const { href } = operation.solution;
    const solution = (await api.http.get(href).expect(200)).body as Solution;
    expect(solution).toMatchObject({
      state: 'active',
      desired: { onExisting: 'adopt' },
      isolation: { state: 'verified' },
      observed: { adopted: { accessGroup: true, person: true } },
    });
    expect(solution.observed?.adopted?.entries).toHaveLength(businessProcesses.length + 2);
    expect(solution.observed?.adopted?.memberOf).toHaveLength(2);
    const looked = await api.http.post(`${href}/verify`).expect(200);
    expect(looked.body).toMatchObject({ isolation: { state: 'verified' }, drift: [] });

    const leaving = await api.http.delete(href).send({ serverAfter: 'former' }).expect(202);
    const left = await api.ended((leaving.body as Operation).href);
    expect(left).toMatchObject({ state: 'completed', error: null });
    expect(await control(api, 'GET', '/world')).toEqual(before);
  });

  it('over Kafka: taken over by a command where it says so, refused where it does not, given back by another', async () => {
    const api = await withByHand(all);
    const before = await control(api, 'GET', '/world');
    const refused = await commanded(api, 'onboard', adopting({ onExisting: 'refuse' }));
    expect(refused).toMatchObject({ state: 'failed', error: { step: 'inspect-target' } });
    expect(JSON.stringify(refused.steps)).toContain('"name-taken"');
    expect(await control(api, 'GET', '/world')).toEqual(before);

    const operation = await commanded(api, 'onboard', adopting());
    expect(operation).toMatchObject({ state: 'completed', error: null, requestedBy: 'kafka:/tickets' });
    const { lines } = (await control(api, 'GET', '/log')) as { lines: { actor: string; effect: string }[] };
    const ours = lines.filter(({ actor }) => actor !== 'self' && actor !== 'behind');
    expect(ours.map(({ effect }) => effect)).toEqual(['update', 'update']);
    const solution = (await api.http.get(operation.solution.href).expect(200)).body as Solution;
    expect(solution.observed?.adopted).toMatchObject({ accessGroup: true, person: true });

    const left = await commanded(api, 'offboard', { ...identity, serverAfter: 'former' });
    expect(left).toMatchObject({ state: 'completed', error: null });
    expect(await control(api, 'GET', '/world')).toEqual(before);
  });

  it('does not carry out a plan when somebody has changed what it takes over', async () => {
    const api = await withByHand(all);
    const { planId } = await plan(api, adopting());
    const [name = ''] = businessProcesses;
    const account = { type: 21, name: 'retail-email-account', tenantDbid: 1 };
    await control(api, 'POST', '/change', { acl: { object: { type: 12, name }, account, accessMask: null } });
    const accepted = await api.http.post('/v1/solutions').send(adopting({ planId })).expect(202);
    const operation = await api.ended((accepted.body as Operation).href);
    expect(operation).toMatchObject({ state: 'failed', error: { code: 'plan-drifted' } });
  });

  it('refuses what is there where only a person can see what it may read, and says so', async () => {
    const manual = { driver: 'manual', assignee: 'platform', dueMs: 60_000, remindMs: 60_000 } as const;
    const api = await withByHand({ group: true }, { target: { security: manual } });
    const { actions, findings } = await plan(api, adopting());
    expect(actions).toEqual([]);
    expect(findings).toContainEqual(
      expect.objectContaining({ severity: 'error', code: 'not-adoptable', reason: 'rights-unseen' }),
    );
  });
});
