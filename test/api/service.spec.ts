import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { serviceSchema } from '../../src/solutions/api-schemas.js';
import { until } from '../saga/engine.js';
import { freshDatabase } from '../support/postgres.js';
import { bank, onboard, startApi, type Api, type ApiOptions, type Operation } from './api.js';

const maintenance = (settings: Record<string, string> = {}): ApiOptions => ({
  runner: true,
  settings: { START_PAUSED: 'true', RESUME_RAMP_MS: '0', ...settings },
});

const service = async ({ http }: Api) =>
  serviceSchema.parse((await http.get('/v1/service').expect(200)).body);

const resume = async ({ http }: Api) =>
  serviceSchema.parse(
    (await http.post('/v1/service/resume').send({ reason: 'looked at it' }).expect(200)).body,
  );

const accept = async ({ http }: Api, body: object): Promise<Operation> =>
  (await http.post('/v1/solutions').send(body).expect(202)).body as Operation;

const effects = async ({ simulator }: Api): Promise<number> => {
  const answer = await fetch(`${simulator.url}/simulator/log?limit=10000`);
  const { lines } = (await answer.json()) as { lines: { actor: string }[] };
  return lines.filter(({ actor }) => actor !== 'self').length;
};

describe('A maintenance start', () => {
  it('accepts and answers, carries nothing on, says so everywhere, and goes on when it is resumed', async () => {
    const api = await startApi(maintenance());
    const before = await effects(api);
    const { href } = await accept(api, bank());
    expect(await service(api)).toMatchObject({
      pause: { by: 'START_PAUSED', reason: 'maintenance start' },
      workers: [{}],
    });
    const waiting = (await api.http.get(href).expect(200)).body as Operation;
    expect(waiting).toMatchObject({
      state: 'queued',
      waitingFor: { reason: 'target', detail: 'the service is paused by START_PAUSED: maintenance start' },
    });
    // What a target alone would let through does not go through either.
    await api.http.post(`${href}/cancel`).send({ reason: 'not now' }).expect(200);
    const { href: other } = await accept(api, onboard());
    await until('the worker has beaten', async () => (await service(api)).workers.length === 1);
    expect(((await api.http.get(href)).body as Operation).state).toBe('queued');
    expect(await effects(api)).toBe(before);
    expect((await resume(api)).pause).toBeNull();
    expect((await api.ended(href)).state).toBe('cancelled');
    expect((await api.ended(other)).state).toBe('completed');
  });

  it('pauses again with each start, but with a name only once', async () => {
    const fresh = await freshDatabase();
    const databaseUrl = fresh.url;
    try {
      const started = async (START_PAUSED: string) => {
        const api = await startApi({ databaseUrl, settings: { START_PAUSED } });
        return (await service(api)).pause;
      };
      const first = await startApi({ databaseUrl, settings: { START_PAUSED: 'INC0042' } });
      expect((await service(first)).pause).toMatchObject({ reason: 'maintenance start INC0042' });
      await resume(first);
      expect(await started('INC0042')).toBeNull();
      expect(await started('INC0043')).toMatchObject({ reason: 'maintenance start INC0043' });
      await resume(first);
      expect(await started('true')).toMatchObject({ reason: 'maintenance start' });
      await resume(first);
      expect(await started('true')).toMatchObject({ reason: 'maintenance start' });
      await resume(first);
      expect(await started('false')).toBeNull();
    } finally {
      await fresh.drop();
    }
  });

  it('leaves the reason of a person who has paused the service before', async () => {
    const fresh = await freshDatabase();
    const databaseUrl = fresh.url;
    try {
      const first = await startApi({ databaseUrl });
      await first.http.post('/v1/service/pause').send({ reason: 'disk is full' }).expect(200);
      const second = await startApi({ databaseUrl, settings: { START_PAUSED: 'INC0042' } });
      expect((await service(second)).pause).toMatchObject({ by: 'local', reason: 'disk is full' });
      await resume(second);
      const third = await startApi({ databaseUrl, settings: { START_PAUSED: 'INC0042' } });
      expect((await service(third)).pause).toBeNull();
    } finally {
      await fresh.drop();
    }
  });
});

describe('The service', () => {
  it('is paused and resumed by an administrator of everything only', async () => {
    const key = (name: string, roles: readonly ('admin' | 'operator')[], target: string) => ({
      name,
      sha256: createHash('sha256').update(name).digest('hex'),
      roles: [...roles],
      scopes: [{ target, tenant: '*' }],
    });
    const { http } = await startApi({
      apiKeys: [
        key('operator', ['operator'], '*'),
        key('of-lab', ['admin'], 'lab'),
        key('admin', ['admin'], '*'),
      ],
    });
    const pause = (name: string) =>
      http.post('/v1/service/pause').set('x-api-key', name).send({ reason: 'x' });
    await pause('operator').expect(403);
    await pause('of-lab').expect(403);
    await pause('admin').expect(200);
    await http.post('/v1/service/explode').set('x-api-key', 'admin').send({ reason: 'x' }).expect(404);
    const seen = await http.get('/v1/service').set('x-api-key', 'operator').expect(200);
    expect(serviceSchema.parse(seen.body).pause).toMatchObject({ by: 'admin' });
  });
});
