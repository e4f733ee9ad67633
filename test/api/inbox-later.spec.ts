import { describe, expect, it } from 'vitest';
import type { KafkaPrincipal } from '../../src/config/kafka-principals.js';
import type { IncomingCommand } from '../../src/messaging/incoming-command.js';
import {
  eventPageSchema,
  planSchema,
  problemSchema,
  solutionPageSchema,
} from '../../src/solutions/api-schemas.js';
import { onboard, startApi, type Api, type ApiOptions, type Operation } from './api.js';

const identity = { target: 'lab', tenant: 'Environment', key: 'retail-email' };
let count = 0;
const command = (word: string, data: object, changes: Partial<IncomingCommand> = {}): IncomingCommand => {
  const id = `later-${(count += 1)}`;
  return {
    source: '/tickets',
    id,
    type: `solution-onboarding.command.${word}.v1`,
    time: new Date(),
    correlationId: `of-${id}`,
    traceparent: null,
    partitionKey: 'lab/Environment/retail-email',
    data: { ...identity, ...data },
    ...changes,
  };
};

const outcomes = async (api: Api, ...commands: IncomingCommand[]) =>
  (await api.inbox.handle(commands)).map((result) => result.outcome);

async function eventsOf(api: Api, { correlationId }: IncomingCommand) {
  const { events } = eventPageSchema.parse((await api.http.get('/v1/events?limit=500')).body);
  return events.filter((event) => event.correlationid === correlationId);
}

/** Why it was refused. */
async function problemOf(api: Api, refused: IncomingCommand) {
  await expect.poll(async () => (await eventsOf(api, refused)).length).toBe(1);
  const [event] = await eventsOf(api, refused);
  expect(event).toMatchObject({ type: 'solution-onboarding.command.refused.v1', causationid: refused.id });
  return problemSchema.parse(event?.data);
}

/** The operation of an accepted command, when it has ended. */
async function ended(api: Api, accepted: IncomingCommand): Promise<Operation> {
  const { rows } = await api.database.query<{ operation_id: string }>(
    'SELECT operation_id FROM inbox WHERE message_id = $1',
    [accepted.id],
  );
  return api.ended(`/v1/operations/${rows[0]?.operation_id ?? ''}`);
}

async function onboarded(options: ApiOptions = {}): Promise<Api> {
  const api = await startApi({ runner: true, ...options });
  const sent = command('onboard', onboard());
  expect(await outcomes(api, sent)).toEqual(['accepted']);
  expect(await ended(api, sent)).toMatchObject({ state: 'completed' });
  return api;
}

describe('change and offboard over the broker', () => {
  it('do what PATCH and DELETE do, and everything they cause carries their ids', async () => {
    const api = await onboarded();
    const change = command('change', { businessProcesses: ['Retail Inbound'], displayName: 'Retail' });
    expect(await outcomes(api, change)).toEqual(['accepted']);
    expect(await ended(api, change)).toMatchObject({
      kind: 'change',
      state: 'completed',
      requestedBy: 'kafka:/tickets',
    });
    const [solution] = solutionPageSchema.parse((await api.http.get('/v1/solutions')).body).items;
    expect(solution).toMatchObject({
      state: 'active',
      desired: { businessProcesses: ['Retail Inbound'], displayName: 'Retail' },
    });
    const types = (await eventsOf(api, change)).map(({ type }) => type.split('.').slice(1, 3).join('.'));
    expect(types[0]).toBe('operation.accepted');
    expect(types.at(-1)).toBe('operation.completed');
    for (const event of await eventsOf(api, change)) expect(event.causationid).toBe(change.id);

    const asked = { serverAfter: 'former', expectedVersion: solution?.version };
    const dry = await api.http.delete(`${solution?.href}?validate_only=true`).send(asked).expect(200);
    const { planId } = planSchema.parse(dry.body);
    const offboard = command('offboard', { ...asked, planId });
    expect(await outcomes(api, offboard)).toEqual(['accepted']);
    expect(await ended(api, offboard)).toMatchObject({ kind: 'offboarding', state: 'completed', planId });
    const gone = command('change', { displayName: 'x' });
    expect(await outcomes(api, offboard, gone)).toEqual(['seen-before', 'refused']);
    expect(await problemOf(api, gone)).toMatchObject({ status: 409, code: 'solution-ended' });
  });

  it('are refused where they do not fit, by the rules of REST', async () => {
    const api = await onboarded();
    const cases: [IncomingCommand, object][] = [
      [command('change', { displayName: 'x', expectedVersion: 99 }), { code: 'precondition-failed' }],
      [command('offboard', { expectedVersion: 99 }), { code: 'precondition-failed' }],
      [
        command('change', { colour: 'blue', businessProcesses: [] }),
        { code: 'invalid-request', errors: [{ pointer: '/businessProcesses' }, { pointer: '/colour' }] },
      ],
      [command('offboard', { target: undefined }), { errors: [{ pointer: '/target' }] }],
      [command('change', {}, { partitionKey: 'lab/Environment/other' }), { code: 'invalid-request' }],
      [
        command('offboard', { key: 'nobody' }, { partitionKey: 'lab/Environment/nobody' }),
        { status: 404, code: 'not-found' },
      ],
      [
        command('change', { planId: '0193a0de-0000-7000-8000-000000000000' }),
        { status: 404, code: 'plan-not-found' },
      ],
      [command('change', { callback: { url: 'https://x.example' } }), { code: 'not-yet-supported' }],
    ];
    expect(await outcomes(api, ...cases.map(([sent]) => sent))).toEqual(cases.map(() => 'refused'));
    for (const [sent, problem] of cases) expect(await problemOf(api, sent)).toMatchObject(problem);
  });

  it('are one operation at a time: what comes while one runs is refused with its address', async () => {
    const api = await startApi();
    const first = command('onboard', onboard());
    const change = command('change', { displayName: 'too early' });
    expect(await outcomes(api, first, change, command('offboard', {}))).toEqual([
      'accepted',
      'refused',
      'refused',
    ]);
    expect(await problemOf(api, change)).toMatchObject({
      code: 'operation-in-progress',
      href: expect.stringMatching(/^\/v1\/operations\//) as string,
    });
  });

  it('are for requesters of that place only', async () => {
    const principal = (source: string, changes: Partial<KafkaPrincipal> = {}): KafkaPrincipal => ({
      source,
      roles: ['requester'],
      scopes: [{ target: 'lab', tenant: 'Environment' }],
      guardedVerbs: [],
      ...changes,
    });
    const api = await onboarded({
      principals: [
        principal('/tickets'),
        principal('/watcher', { roles: ['operator'] }),
        principal('/elsewhere', { scopes: [{ target: 'lab', tenant: 'Other' }] }),
      ],
    });
    const sent = ['/watcher', '/elsewhere', '/nobody'].flatMap((source) => [
      command('change', { displayName: 'x' }, { source }),
      command('offboard', {}, { source }),
    ]);
    expect(await outcomes(api, ...sent)).toEqual(sent.map(() => 'refused'));
    for (const one of sent) expect(await problemOf(api, one)).toMatchObject({ code: 'forbidden' });
    expect(await outcomes(api, command('offboard', {}))).toEqual(['accepted']);
  });
});

describe('a verb over the broker', () => {
  it('is answered by its own ids when it has taken effect; the rest stays with who began the operation', async () => {
    const api = await startApi({ runner: true });
    const notBefore = new Date(Date.now() + 3_600_000).toISOString();
    const first = command('onboard', onboard({ notBefore }));
    const cancel = command('operation.cancel', { reason: 'not this week' });
    expect(await outcomes(api, first, cancel)).toEqual(['accepted', 'accepted']);
    expect(await ended(api, cancel)).toMatchObject({ state: 'cancelled' });
    await expect.poll(async () => (await eventsOf(api, first)).length).toBe(2);
    const types = async (one: IncomingCommand) => (await eventsOf(api, one)).map(({ type }) => type);
    expect(await types(first)).toEqual([
      'solution-onboarding.operation.accepted.v1',
      'solution-onboarding.operation.cancelled.v1',
    ]);
    expect(await types(cancel)).toEqual(['solution-onboarding.operation.verb-applied.v1']);
    const [applied] = await eventsOf(api, cancel);
    expect(applied).toMatchObject({ causationid: cancel.id, data: { verb: 'cancel', by: 'kafka:/tickets' } });
  });
});
