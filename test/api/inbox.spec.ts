import { describe, expect, it } from 'vitest';
import type { IncomingCommand } from '../../src/messaging/incoming-command.js';
import { eventPageSchema, operationPageSchema, problemSchema } from '../../src/solutions/api-schemas.js';
import type { KafkaPrincipal } from '../../src/config/kafka-principals.js';
import { bank, onboard, startApi, type Api } from './api.js';

let count = 0;
const command = (changes: Partial<IncomingCommand> = {}): IncomingCommand => ({
  source: '/tickets',
  id: `m-${(count += 1)}`,
  type: 'solution-onboarding.command.onboard.v1',
  time: new Date(),
  correlationId: 'RITM7',
  traceparent: null,
  partitionKey: 'lab/Environment/retail-email',
  data: onboard(),
  ...changes,
});
const verb = (word: string, data: object, changes: Partial<IncomingCommand> = {}) =>
  command({ type: `solution-onboarding.command.operation.${word}.v1`, data, ...changes });

const outcomes = async (api: Api, commands: readonly IncomingCommand[]) =>
  (await api.inbox.handle(commands)).map((result) => result.outcome);
const operations = async (api: Api) =>
  operationPageSchema.parse((await api.http.get('/v1/operations')).body).items;

/** Refusals in the feed, by the id of the command that was refused. */
async function refusals(api: Api, n: number) {
  const read = async () => {
    const { events } = eventPageSchema.parse((await api.http.get('/v1/events?limit=500')).body);
    return events.filter((event) => event.type === 'solution-onboarding.command.refused.v1');
  };
  await expect.poll(async () => (await read()).length).toBe(n);
  return read();
}

describe('commands from the broker', () => {
  it('are accepted by the rules of REST, and what they cause carries their ids', async () => {
    const api = await startApi();
    const sent = command();
    expect(await api.inbox.handle([sent])).toEqual([{ outcome: 'accepted' }]);
    const [operation] = await operations(api);
    expect(operation).toMatchObject({ state: 'queued', requestedBy: 'kafka:/tickets' });
    const answer = await api.http.get(`/v1/events?operation=${operation?.id ?? ''}&wait=5`);
    expect(eventPageSchema.parse(answer.body).events).toMatchObject([
      {
        type: 'solution-onboarding.operation.accepted.v1',
        correlationid: 'RITM7',
        causationid: sent.id,
        partitionkey: 'lab/Environment/retail-email',
      },
    ]);
    const { rows } = await api.database.query('SELECT source, message_id, operation_id FROM inbox');
    expect(rows).toEqual([{ source: '/tickets', message_id: sent.id, operation_id: operation?.id }]);
  });

  it('that come again change nothing, in one batch, in another, or in two at once', async () => {
    const api = await startApi();
    const sent = command();
    expect(await outcomes(api, [sent, sent])).toEqual(['accepted', 'seen-before']);
    expect(await outcomes(api, [sent])).toEqual(['seen-before']);
    const other = command({ data: bank(), partitionKey: 'lab/Environment/bank-chat' });
    const both = await Promise.all([outcomes(api, [other]), outcomes(api, [other])]);
    expect(both.flat().sort()).toEqual(['accepted', 'seen-before']);
    expect(await operations(api)).toHaveLength(2);
  });

  it('that say something else under an id that was used are refused, not lost', async () => {
    const api = await startApi();
    const sent = command();
    const other = { data: bank(), partitionKey: 'lab/Environment/bank-chat' };
    const reused = { ...sent, ...other };
    expect(await outcomes(api, [sent, reused])).toEqual(['accepted', 'refused']);
    expect(await outcomes(api, [reused, { ...sent, source: '/elsewhere', ...other }])).toEqual([
      'refused',
      'accepted',
    ]);
    // What it says counts, not how it is written.
    const turned = Object.fromEntries(Object.entries(onboard()).reverse());
    expect(await outcomes(api, [{ ...sent, data: turned }])).toEqual(['seen-before']);
    const [operation] = (await operations(api)).filter(({ solution }) => solution.key === 'retail-email');
    const events = await refusals(api, 2);
    for (const event of events) {
      expect(event).toMatchObject({ causationid: sent.id, correlationid: 'RITM7' });
      expect(problemSchema.parse(event.data).code).toBe('idempotency-key-reused');
    }
    expect(events[1]?.data).toMatchObject({ operation: `/v1/operations/${operation?.id ?? ''}` });
  });

  it('that ask for the same under another id are answered too: refused, with the operation that runs', async () => {
    const api = await startApi();
    const again = command({ source: '/elsewhere', correlationId: 'RITM8' });
    expect(await outcomes(api, [command(), again])).toEqual(['accepted', 'refused']);
    const [operation] = await operations(api);
    const [event] = await refusals(api, 1);
    expect(event).toMatchObject({ causationid: again.id, correlationid: 'RITM8' });
    expect(problemSchema.parse(event?.data)).toMatchObject({
      code: 'operation-in-progress',
      href: `/v1/operations/${operation?.id ?? ''}`,
    });
  });

  it('of one batch are taken in their order, those that clash and those that do not', async () => {
    const api = await startApi();
    const one = (n: number, changes: Record<string, unknown> = {}) => {
      const key = `s-${n}`;
      const data = onboard({ key, interactionServer: `S${n}`, businessProcesses: [`B${n}`], ...changes });
      return command({ data, partitionKey: `lab/Environment/${key}` });
    };
    expect(await outcomes(api, [one(0)])).toEqual(['accepted']);
    const identity = (n: number) => ({ target: 'lab', tenant: 'Environment', key: `s-${n}` });
    const cancel = (n: number) =>
      verb('cancel', { ...identity(n), reason: 'x' }, { partitionKey: `lab/Environment/s-${n}` });
    const batch = [
      one(1),
      one(2),
      one(3, { interactionServer: 'S0' }), // of the batch before
      one(4),
      cancel(4),
      one(5, { businessProcesses: ['B4'] }), // of this batch
      one(6),
      cancel(7), // too early
      one(7),
      one(2), // again
      one(8, { colour: 'blue' }),
      one(9),
    ];
    expect(await outcomes(api, batch)).toEqual([
      'accepted',
      'accepted',
      'refused',
      'accepted',
      'accepted',
      'refused',
      'accepted',
      'refused',
      'accepted',
      'refused',
      'refused',
      'accepted',
    ]);
    const codes = (await refusals(api, 5)).map((event) => problemSchema.parse(event.data).code);
    expect(codes).toEqual([
      'resource-claimed',
      'resource-claimed',
      'not-found',
      'operation-in-progress',
      'invalid-request',
    ]);
    const accepted = await operations(api);
    expect(accepted.map(({ solution }) => solution.key).toSorted()).toEqual(
      [0, 1, 2, 4, 6, 7, 9].map((n) => `s-${n}`),
    );
    const { rows } = await api.database.query<{ n: string }>(
      'SELECT count(*) AS n FROM inbox i JOIN operation o ON o.id = i.operation_id',
    );
    expect(rows[0]?.n).toBe('8');
  });

  it('that are refused are answered by an event with the problem, and the others of the batch go on', async () => {
    const api = await startApi();
    const notValid = command({ data: { ...onboard(), colour: 'blue', target: undefined } });
    const clash = command({
      data: bank({ businessProcesses: ['Retail Inbound'] }),
      partitionKey: 'lab/Environment/bank-chat',
    });
    const batch = [
      command(),
      notValid,
      clash,
      command({ data: bank(), partitionKey: 'lab/Environment/bank-chat' }),
    ];
    expect(await outcomes(api, batch)).toEqual(['accepted', 'refused', 'refused', 'accepted']);
    const events = await refusals(api, 2);
    expect(events).toMatchObject([
      { source: '/commands', causationid: notValid.id, correlationid: 'RITM7' },
      { source: '/commands', causationid: clash.id },
    ]);
    expect(events.every((event) => event.sequence === undefined)).toBe(true);
    const [first, second] = events.map((event) => problemSchema.parse(event.data));
    expect(first).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer: '/target', detail: 'is missing: expected string' }, { pointer: '/colour' }],
    });
    expect(second).toMatchObject({ status: 409, code: 'resource-claimed' });
    expect(await outcomes(api, [notValid])).toEqual(['seen-before']);
    expect((await operations(api)).map((operation) => operation.solution.key)).toEqual([
      'bank-chat',
      'retail-email',
    ]);
  });

  it('need a target and the key of their solution, and what is to come is refused as such', async () => {
    const api = await startApi();
    const sent = [
      command({ data: onboard({ target: undefined }) }),
      command({ partitionKey: 'lab/Environment/other' }),
      command({ partitionKey: null }),
      command({ data: null }),
      command({ type: 'solution-onboarding.command.change.v1', data: {} }),
      command({ type: 'solution-onboarding.command.offboard.v1', data: {} }),
      verb('complete-task', {}),
      command({
        type: 'solution-onboarding.command.onboard.v1',
        data: onboard({ callback: { url: 'https://x.example' } }),
      }),
    ];
    expect(new Set(await outcomes(api, sent))).toEqual(new Set(['refused']));
    const codes = (await refusals(api, 8)).map((event) => problemSchema.parse(event.data).code);
    expect(codes).toEqual([...Array<string>(7).fill('invalid-request'), 'not-yet-supported']);
  });

  it('that nobody knows are set aside', async () => {
    const api = await startApi();
    const types = [
      'x',
      'solution-onboarding.command.onboard.v2',
      'solution-onboarding.command.operation.explode.v1',
    ];
    const results = await api.inbox.handle(types.map((type) => command({ type })));
    expect(results.map((result) => result.outcome === 'dead-letter' && result.reasonCode)).toEqual(
      Array(3).fill('unknown-type'),
    );
    expect((await api.database.query('SELECT FROM inbox')).rowCount).toBe(0);
  });

  it('whose members have names that nobody can store, or too many of them, are still answered', async () => {
    const api = await startApi();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`member-${n}`, n]));
    const sent = [
      command({ data: { ...onboard(), 'a\0b': 1, '\ud800': 2, ['x'.repeat(100_000)]: 3 } }),
      command({ data: many }),
    ];
    expect(await outcomes(api, sent)).toEqual(['refused', 'refused']);
    for (const event of await refusals(api, 2)) expect(JSON.stringify(event).length).toBeLessThan(100_000);
  });

  it('whose data is nested deeper than a stack are answered, and so are keys that nobody can keep', async () => {
    const api = await startApi();
    const deep = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000)) as unknown;
    const sent = [
      command({ data: { ...onboard(), accessGroup: deep } }),
      command({ data: deep }),
      command({ partitionKey: 'x'.repeat(1_000_000) }),
      command({ partitionKey: 'a\0b\ud800' }),
    ];
    expect(await outcomes(api, sent)).toEqual(Array(4).fill('refused'));
    for (const event of await refusals(api, 4)) expect(JSON.stringify(event).length).toBeLessThan(10_000);
  });

  it('tell an operation something, by its id or by its solution', async () => {
    const api = await startApi();
    const other = { data: bank(), partitionKey: 'lab/Environment/bank-chat' };
    await api.inbox.handle([command(), command(other)]);
    const [second, first] = await operations(api);
    const identity = { target: 'lab', tenant: 'Environment', key: 'retail-email' };
    const sent = [
      verb('cancel', { ...identity, reason: 'by its solution' }),
      verb('cancel', { operationId: second?.id, reason: 'by its id' }, { partitionKey: other.partitionKey }),
      verb('cancel', { operationId: second?.id, reason: 'of another solution' }),
      verb('cancel', { operationId: first?.id, ...identity, reason: 'both' }),
      verb('cancel', { ...identity, key: 'nobody', reason: 'x' }, { partitionKey: 'lab/Environment/nobody' }),
      verb('cancel', { reason: 'nobody' }),
      verb('cancel', identity),
      verb('retry', { ...identity, reason: 'does not fit' }),
    ];
    expect(await outcomes(api, sent)).toEqual(['accepted', 'accepted', ...Array<string>(6).fill('refused')]);
    const asked = (await operations(api)).map((operation) => operation.requestedVerb);
    expect(asked).toMatchObject([
      { verb: 'cancel', by: 'kafka:/tickets' },
      { verb: 'cancel', by: 'kafka:/tickets' },
    ]);
  });

  const principal = (changes: Partial<KafkaPrincipal> = {}): KafkaPrincipal => ({
    source: '/tickets',
    roles: ['requester', 'operator'],
    scopes: [{ target: 'lab', tenant: 'Environment' }],
    guardedVerbs: [],
    ...changes,
  });

  it('come from sources that may send them, each with its roles and places', async () => {
    const api = await startApi({
      principals: [
        principal(),
        principal({ source: '/elsewhere', scopes: [{ target: 'lab', tenant: 'Other' }] }),
        principal({ source: '/watcher', roles: ['operator'] }),
      ],
    });
    const sources = ['/nobody', '/tickets/', '/elsewhere', '/watcher', '/tickets'];
    expect(
      await outcomes(
        api,
        sources.map((source) => command({ source })),
      ),
    ).toEqual([...Array<string>(4).fill('refused'), 'accepted']);
    const events = await refusals(api, 4);
    expect(events.map((event) => problemSchema.parse(event.data).code)).toEqual(Array(4).fill('forbidden'));
    const identity = { target: 'lab', tenant: 'Environment', key: 'retail-email' };
    const cancel = { ...identity, reason: 'not mine' };
    expect(await outcomes(api, [verb('cancel', cancel, { source: '/elsewhere' })])).toEqual(['refused']);
    expect(await outcomes(api, [verb('cancel', cancel, { source: '/watcher' })])).toEqual(['accepted']);
  });

  it('decide for others only where that was allowed by name', async () => {
    const data = { target: 'lab', tenant: 'Environment', key: 'retail-email', reason: 'given up' };
    const problemOf = async (principals: readonly KafkaPrincipal[] | undefined) => {
      const api = await startApi({ principals });
      await api.inbox.handle([command()]);
      await api.inbox.handle([verb('abandon', data)]);
      const [event] = await refusals(api, 1);
      return problemSchema.parse(event?.data).code;
    };
    expect(await problemOf(undefined)).toBe('forbidden');
    expect(await problemOf([principal()])).toBe('forbidden');
    // Allowed: what is left is that it does not fit an operation that has just been accepted.
    expect(await problemOf([principal({ guardedVerbs: ['abandon'] })])).toBe('verb-not-possible');
  });

  it('that are older than repeats are known, or from the future, are refused', async () => {
    const api = await startApi();
    const at = (ms: number) => new Date(Date.now() + ms);
    const day = 86_400_000;
    const sent = [command({ time: at(-30 * day - 60_000) }), command({ time: at(2 * 3_600_000) })];
    expect(await outcomes(api, sent)).toEqual(['refused', 'refused']);
    expect((await refusals(api, 2)).map((event) => problemSchema.parse(event.data).code)).toEqual([
      'command-expired',
      'invalid-request',
    ]);
    expect(await outcomes(api, [command({ time: at(-30 * day + 60_000) })])).toEqual(['accepted']);
  });
});
