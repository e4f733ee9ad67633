import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventPageSchema, operationSchema } from '../../src/solutions/api-schemas.js';
import { bank, onboard, startApi, type Api } from './api.js';

const post = (api: Api, body: object, key?: string) => {
  const asked = api.http.post('/v1/solutions');
  return (key === undefined ? asked : asked.set('idempotency-key', key)).send(body);
};

interface Problem {
  code: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
  [member: string]: unknown;
}
const problemOf = (answer: { body: unknown }): Problem => answer.body as Problem;
const idOf = (answer: { body: unknown }): string => (answer.body as { id: string }).id;

/** Ends the running operation as the engine would, without a target. */
async function fail(api: Api, operationId: string): Promise<void> {
  await api.database.query(
    `WITH o AS (UPDATE operation SET state = 'failed', ended_at = now() WHERE id = $1 RETURNING solution_id),
     s AS (UPDATE solution SET state = 'failed', live = false WHERE id IN (SELECT solution_id FROM o) RETURNING id)
     DELETE FROM claim WHERE solution_id IN (SELECT id FROM s)`,
    [operationId],
  );
}

describe('POST /v1/solutions', () => {
  it('accepts an onboarding: 202, where to look, and the operation as the contract has it', async () => {
    const api = await startApi();
    const answer = await post(
      api,
      onboard({ externalReference: [{ name: 'R1', externalReferenceType: 'servicenow' }] }),
    );
    expect(answer.status).toBe(202);
    const operation = operationSchema.parse(answer.body);
    expect(answer.headers['location']).toBe(operation.solution.href);
    expect(answer.headers['operation-location']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\/operations\//);
    expect(answer.headers['retry-after']).toBe('2');
    expect(operation).toMatchObject({
      kind: 'onboarding',
      state: 'queued',
      done: false,
      solution: { target: 'lab', tenant: 'Environment', key: 'retail-email' },
      possibleVerbs: ['pause', 'cancel'],
      requestedBy: 'local',
      externalReference: [{ name: 'R1', externalReferenceType: 'servicenow' }],
      planId: null,
    });
    expect(operation.steps.map((step) => [step.name, step.state])).toEqual(
      [
        'inspect-target',
        'create-account',
        'link-access-group',
        'provision-person',
        'verify-isolation',
        'rebind-server',
        'verify-service',
      ].map((name) => [name, 'pending']),
    );
    const read = await api.http.get(operation.href).expect(200);
    expect(read.body).toEqual(answer.body);
  });

  it('tells everyone by an event in the same transaction', async () => {
    const api = await startApi();
    const operation = operationSchema.parse((await post(api, onboard())).body);
    const answer = await api.http.get(`/v1/events?solution=${operation.solution.id}&wait=5`).expect(200);
    const { events } = eventPageSchema.parse(answer.body);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'solution-onboarding.operation.accepted.v1',
      source: `/solutions/${operation.solution.id}`,
      sequence: '00000000000000000001',
      partitionkey: 'lab/Environment/retail-email',
      data: { id: operation.id, state: 'queued' },
    });
  });

  it('needs no target while only one is configured', async () => {
    const api = await startApi();
    expect((await post(api, onboard({ target: undefined }))).body).toMatchObject({
      solution: { target: 'lab' },
    });
  });

  it('asks for the target when several are configured, and says which there are', async () => {
    const api = await startApi({ targets: ['lab', 'live'] });
    for (const target of [undefined, 'test']) {
      const answer = await post(api, onboard({ target }));
      expect(answer.status).toBe(422);
      expect(problemOf(answer)).toMatchObject({ code: 'target-unknown', targets: ['lab', 'live'] });
    }
  });

  it('holds the same tenant, key and objects of two targets apart', async () => {
    const api = await startApi({ targets: ['lab', 'live'] });
    await post(api, onboard()).expect(202);
    await post(api, onboard({ target: 'live' })).expect(202);
  });
});

describe('an Idempotency-Key', () => {
  it('means the same operation, quoted or not, and answers it as it is now', async () => {
    const api = await startApi();
    const first = await post(api, onboard(), '"k-1"').expect(202);
    await fail(api, idOf(first));
    const again = await post(api, onboard(), 'k-1').expect(202);
    expect(again.body).toMatchObject({ id: idOf(first), state: 'failed', done: true });
    expect(again.headers['retry-after']).toBeUndefined();
  });

  it('does not care about the order of members', async () => {
    const api = await startApi();
    const first = await post(api, onboard(), 'k-1').expect(202);
    const turned = Object.fromEntries(Object.entries(onboard()).reverse());
    expect(idOf(await post(api, turned, 'k-1').expect(202))).toBe(idOf(first));
  });

  it('is refused for another payload', async () => {
    const api = await startApi();
    const first = await post(api, onboard(), 'k-1').expect(202);
    const other = await post(api, onboard({ displayName: 'other' }), 'k-1');
    expect(other.status).toBe(422);
    expect(problemOf(other)).toMatchObject({
      code: 'idempotency-key-reused',
      operation: `/v1/operations/${idOf(first)}`,
    });
  });

  it('means one operation when it comes ten times at once', async () => {
    const api = await startApi();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(api, onboard(), 'k-1')));
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(202));
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect((await api.database.query('SELECT id FROM operation')).rowCount).toBe(1);
  });

  it("is one caller's own", async () => {
    const keys = ['a', 'b'].map((name) => ({
      name,
      sha256: sha256(name),
      roles: ['requester' as const],
      scopes: [{ target: '*', tenant: '*' }],
    }));
    const api = await startApi({ apiKeys: keys });
    const first = await post(api, onboard(), 'k-1').set('x-api-key', 'a').expect(202);
    const second = await post(api, bank(), 'k-1').set('x-api-key', 'b').expect(202);
    expect(idOf(second)).not.toBe(idOf(first));
    expect(second.body).toMatchObject({ requestedBy: 'b' });
  });

  it('is forgotten after 7 days', async () => {
    const api = await startApi();
    const first = await post(api, onboard(), 'k-1').expect(202);
    await fail(api, idOf(first));
    await api.database.query(`UPDATE idempotency_key SET created_at = now() - interval '7 days 1 minute'`);
    expect(idOf(await post(api, onboard({ displayName: 'new' }), 'k-1').expect(202))).not.toBe(idOf(first));
  });

  it('is not used up by a request that is refused', async () => {
    const api = await startApi();
    await post(api, bank({ businessProcesses: ['Retail Inbound'] })).expect(202);
    await post(api, onboard(), 'k-1').expect(409);
    await post(api, onboard({ businessProcesses: ['Retail Outbound'] }), 'k-1').expect(202);
  });

  it('that is empty, too long or badly quoted is refused', async () => {
    const api = await startApi();
    for (const key of ['', '""', 'a b', '"a', `"${'x'.repeat(256)}"`]) {
      const answer = await post(api, onboard(), key);
      expect([key, answer.status]).toEqual([key, 400]);
      expect(problemOf(answer).errors[0]?.detail).toContain('Idempotency-Key');
    }
  });
});

describe('a solution that is there already', () => {
  it('without a key the same payload means the same operation while it runs', async () => {
    const api = await startApi();
    const first = await post(api, onboard()).expect(202);
    expect(idOf(await post(api, onboard()).expect(202))).toBe(idOf(first));
  });

  it('two equal requests at once become one operation', async () => {
    const api = await startApi();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(api, onboard())));
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect((await api.database.query('SELECT id FROM operation')).rowCount).toBe(1);
    expect((await api.database.query('SELECT id FROM solution')).rowCount).toBe(1);
  });

  it('another payload is refused while its operation runs, with the operation', async () => {
    const api = await startApi();
    const first = await post(api, onboard()).expect(202);
    const other = await post(api, onboard({ displayName: 'other' }));
    expect(other.status).toBe(409);
    expect(problemOf(other)).toMatchObject({
      code: 'operation-in-progress',
      href: `/v1/operations/${idOf(first)}`,
      retryable: true,
    });
  });

  it('is refused once its operation has ended', async () => {
    const api = await startApi();
    const first = await post(api, onboard()).expect(202);
    await api.database.query(`UPDATE operation SET state = 'completed', ended_at = now()`);
    const again = await post(api, onboard());
    expect(again.status).toBe(409);
    expect(problemOf(again)).toMatchObject({
      code: 'solution-exists',
      href: (first.body as { solution: { href: string } }).solution.href,
    });
  });

  it('may be asked for again when it failed, under a new id', async () => {
    const api = await startApi();
    const first = await post(api, onboard()).expect(202);
    await fail(api, idOf(first));
    const second = await post(api, onboard()).expect(202);
    const solutionOf = (answer: { body: unknown }) =>
      (answer.body as { solution: { id: string } }).solution.id;
    expect(solutionOf(second)).not.toBe(solutionOf(first));
  });
});

describe('claims', () => {
  it('are named with the solution that holds them, all at once, by pointer', async () => {
    const api = await startApi();
    await post(api, onboard()).expect(202);
    const answer = await post(
      api,
      bank({ interactionServer: 'IxnServer_Retail', businessProcesses: ['Bank Chat', 'Retail Outbound'] }),
    );
    expect(answer.status).toBe(409);
    expect(problemOf(answer)).toMatchObject({
      code: 'resource-claimed',
      solutions: [{ tenant: 'Environment', key: 'retail-email' }],
    });
    expect(problemOf(answer).errors).toEqual([
      {
        pointer: '/interactionServer',
        detail: '"IxnServer_Retail" belongs to the solution "retail-email" of tenant "Environment"',
      },
      {
        pointer: '/businessProcesses/1',
        detail: '"Retail Outbound" belongs to the solution "retail-email" of tenant "Environment"',
      },
    ]);
    expect((await api.database.query('SELECT id FROM solution')).rowCount).toBe(1);
  });

  it('go to one of many that want the same object at once', async () => {
    const api = await startApi();
    const wanted = ['Retail Inbound', 'Retail Outbound', 'Retail Complaints'];
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, n) =>
        post(
          api,
          onboard({
            key: `k${n}`,
            interactionServer: `S${n}`,
            businessProcesses: [...wanted.slice(n % 3), ...wanted.slice(0, n % 3)],
          }),
        ),
      ),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([202, ...Array<number>(8).fill(409)]);
    expect((await api.database.query('SELECT resource FROM claim')).rowCount).toBe(4);
  });

  it('are free again when the solution failed', async () => {
    const api = await startApi();
    await fail(api, idOf(await post(api, onboard()).expect(202)));
    await post(api, onboard({ key: 'retail-two' })).expect(202);
  });
});

function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
