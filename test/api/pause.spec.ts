import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { PgWake } from '../../src/database/pg-wake.js';
import { operationPageSchema, targetPauseSchema, targetSchema } from '../../src/solutions/api-schemas.js';
import { Pauses } from '../../src/solutions/pauses/pauses.js';
import { until } from '../saga/engine.js';
import { onboard, startApi, type Api, type Operation } from './api.js';

const reason = 'Configuration Server is being upgraded';

const effects = async ({ simulator }: Api): Promise<number> => {
  const answer = await fetch(`${simulator.url}/simulator/log?limit=10000`);
  const { lines } = (await answer.json()) as { lines: { actor: string }[] };
  return lines.filter(({ actor }) => actor !== 'self').length;
};

const accept = async (api: Api, changes = {}): Promise<Operation> =>
  (await api.http.post('/v1/solutions').send(onboard(changes)).expect(202)).body as Operation;

const read = async (api: Api, href: string): Promise<Operation> =>
  (await api.http.get(href).expect(200)).body as Operation;

describe('A paused target', () => {
  it('has no effect begun on it; its operations say who paused it and why, until it is resumed', async () => {
    const api = await startApi({ runner: true });
    const paused = targetPauseSchema.parse(
      (await api.http.post('/v1/targets/lab/pause').send({ reason }).expect(200)).body,
    );
    expect(paused).toMatchObject({ name: 'lab', href: '/v1/targets/lab', pause: { by: 'local', reason } });
    const before = await effects(api);
    const { href } = await accept(api);
    const detail = `target "lab" is paused by local: ${reason}`;
    expect(await read(api, href)).toMatchObject({
      state: 'queued',
      waitingFor: { reason: 'target', detail, until: null },
    });
    const { items } = operationPageSchema.parse((await api.http.get('/v1/operations')).body);
    expect(items[0]?.waitingFor).toMatchObject({ reason: 'target', detail });
    expect(targetSchema.parse((await api.http.get('/v1/targets/lab')).body).pause).toEqual(paused.pause);
    expect(await effects(api)).toBe(before);
    const resumed = await api.http.post('/v1/targets/lab/resume').send({ reason: 'done' }).expect(200);
    expect(targetPauseSchema.parse(resumed.body).pause).toBeNull();
    expect((await api.ended(href)).state).toBe('completed');
  });

  it('stands still in the middle of an onboarding and completes it afterwards', async () => {
    const api = await startApi({ runner: true });
    const { href } = await accept(api);
    await until('something has been done', async () => (await effects(api)) > 0);
    await api.http.post('/v1/targets/lab/pause').send({ reason }).expect(200);
    const standing = await until('it waits for its target, with service up', async () => {
      const operation = await read(api, href);
      return operation.waitingFor?.reason === 'target' && operation.possibleVerbs.length > 0
        ? operation
        : null;
    });
    expect(standing.done).toBe(false);
    await api.http.post('/v1/targets/lab/resume').send({ reason: 'done' }).expect(200);
    expect((await api.ended(href)).state).toBe('completed');
  });

  it('keeps the first reason when it is paused again, and is not paused when it is resumed twice', async () => {
    const api = await startApi();
    const say = async (verb: string, why: string) =>
      targetPauseSchema.parse(
        (await api.http.post(`/v1/targets/lab/${verb}`).send({ reason: why }).expect(200)).body,
      ).pause;
    expect(await say('resume', 'never mind')).toBeNull();
    const first = await say('pause', 'first');
    expect(await say('pause', 'second')).toEqual(first);
    expect(await say('resume', 'over')).toBeNull();
    expect(await say('resume', 'over again')).toBeNull();
    expect(await say('pause', 'third')).toMatchObject({ reason: 'third' });
  });

  it('is refused with every fault by pointer, and where there is no such target or verb', async () => {
    const { http } = await startApi();
    const missing = await http.post('/v1/targets/lab/pause').send({ why: 1 }).expect(400);
    const { errors } = missing.body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/reason', '/why']);
    await http.post('/v1/targets/moon/pause').send({ reason }).expect(404);
    await http.post('/v1/targets/lab/explode').send({ reason }).expect(404);
  });

  it('needs an operator of all its tenants', async () => {
    const keyOf = (
      name: string,
      roles: readonly ['operator' | 'requester'],
      target: string,
      tenant: string,
    ) => ({
      name,
      sha256: createHash('sha256').update(name).digest('hex'),
      roles: [...roles],
      scopes: [{ target, tenant }],
    });
    const { http } = await startApi({
      targets: ['lab', 'live'],
      apiKeys: [
        keyOf('operator', ['operator'], 'lab', '*'),
        keyOf('of-one-tenant', ['operator'], 'lab', 'Environment'),
        keyOf('requester', ['requester'], '*', '*'),
      ],
    });
    const pause = (key: string, target = 'lab') =>
      http.post(`/v1/targets/${target}/pause`).set('x-api-key', key).send({ reason });
    await pause('requester').expect(403);
    await pause('of-one-tenant').expect(403);
    await pause('operator', 'live').expect(403);
    const answer = await pause('operator').expect(200);
    expect(targetPauseSchema.parse(answer.body).pause?.by).toBe('operator');
  });
});

const pausesOf = (database: Database, wake: PgWake): Pauses =>
  new Pauses(database, wake, { startPaused: null } as never, { warn: () => undefined } as never);

describe('What is paused', () => {
  it('is known to every process at once, and still after a restart', async () => {
    const api = await startApi();
    const wake = new PgWake(api.databaseUrl);
    await wake.start();
    const other = pausesOf(api.database, wake);
    await other.onModuleInit();
    let told = 0;
    other.onChange(() => (told += 1));
    try {
      expect(other.of('lab')).toBeNull();
      await api.http.post('/v1/targets/lab/pause').send({ reason }).expect(200);
      await until('the other process knows', () => Promise.resolve(other.of('lab')), 4_000);
      expect(other.of('lab')).toMatchObject({ actor: 'local', reason });
      expect(told).toBe(1);
      const restarted = pausesOf(api.database, wake);
      expect(restarted.known).toBe(false);
      await restarted.refresh();
      expect(restarted.of('lab')).toMatchObject({ reason });
    } finally {
      await other.onModuleDestroy();
      await wake.stop();
    }
  });
});
