import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/database/migrate.js';
import type { Api } from '../api/api.js';
import { bank, onboard, startApi } from '../api/api.js';
import { until } from '../saga/engine.js';
import { OwnPostgres } from '../support/own-postgres.js';
import type { Inflict } from './trouble.js';
import { connectionLimit, diskFull, limitedDatabase, readOnly, statementTimeout } from './trouble.js';

const control = (api: Api, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${api.simulator.url}/simulator${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

/** An operation whose first effect waits at the target for its answer. */
async function underWay(api: Api): Promise<string> {
  await control(api, 'POST', '/faults', {
    match: { effects: true },
    fault: { kind: 'hold', when: 'after' },
  });
  const { href } = (await api.http.post('/v1/solutions').send(onboard()).expect(202)).body as {
    href: string;
  };
  await until('the call is held', async () => {
    const answer = (await (await control(api, 'GET', '/faults')).json()) as { faults: { waiting: number }[] };
    return answer.faults.some(({ waiting }) => waiting > 0);
  });
  return href;
}

const failedCommits = async (api: Api): Promise<number> => {
  const { text } = await api.http.get('/metrics').expect(200);
  return Number(/^saga_commit_failures_total (\d+)/m.exec(text)?.[1] ?? 0);
};

/** Accepted while the database is in trouble? Asked again and again until one is refused, as a client would. */
async function refused(api: Api, code: string): Promise<void> {
  const send = () => api.http.post('/v1/solutions').set('idempotency-key', '"RITM1"').send(bank());
  const answer = await until('a command is refused', async () => {
    const one = await send();
    return one.status === 202 ? null : one;
  });
  expect(answer.body).toMatchObject({ status: 503, code, type: `/problems/${code}`, retryable: true });
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  await api.http.get(`/problems/${code}`).expect(200);
}

/** Nothing is restarted: what ran goes on, what was refused is taken when it comes again, once. */
async function comesBack(api: Api, running: string): Promise<void> {
  const again = await until('the same command is accepted', async () => {
    const answer = await api.http.post('/v1/solutions').set('idempotency-key', '"RITM1"').send(bank());
    return answer.status === 202 ? (answer.body as { href: string }) : null;
  });
  const [first, second] = [await api.ended(running), await api.ended(again.href)];
  expect([first.state, first.error]).toEqual(['completed', null]);
  // The bank's server shares a database with another one: it is inspected, and refused for what it is.
  expect(second.done).toBe(true);
  const { rows } = await api.database.query('SELECT id FROM operation');
  expect(rows).toHaveLength(2);
}

const days: { name: string; inflict: Inflict; code: string; reads: number }[] = [
  { name: 'the disk is full (53100)', inflict: diskFull, code: 'database-full', reads: 200 },
  {
    name: 'no session is left (53300)',
    inflict: connectionLimit,
    code: 'database-overloaded',
    reads: 503,
  },
  {
    name: 'statements time out (57014)',
    inflict: statementTimeout,
    code: 'database-overloaded',
    reads: 503,
  },
  { name: 'it is read-only (25006)', inflict: readOnly, code: 'database-read-only', reads: 200 },
];

describe.each(days)('A database on a bad day: $name', ({ inflict, code, reads }) => {
  it('refuses commands with 503, lets what runs wait, loses nothing and comes back by itself', async () => {
    const limited = await limitedDatabase();
    const api = await startApi({ runner: true, databaseUrl: limited.url });
    const running = await underWay(api);
    const mend = await inflict(limited);
    onTestFinished(() => void mend().catch(() => undefined));
    await refused(api, code);
    const read = await api.http.get(running);
    expect([read.status, (read.body as { code?: string }).code]).toEqual([
      reads,
      reads === 200 ? undefined : code,
    ]);
    const failedBefore = await failedCommits(api);
    await control(api, 'DELETE', '/faults');
    await until('what runs waits for the database', async () => (await failedCommits(api)) > failedBefore);
    await mend();
    await comesBack(api, running);
  });
});

it('A database that crashed: commands and reads get 503, what runs waits, and all goes on when it is back', async () => {
  const postgres = await OwnPostgres.create({ durable: true });
  onTestFinished(() => postgres.remove());
  await postgres.start();
  await migrate(postgres.url);
  const api = await startApi({ runner: true, databaseUrl: postgres.url });
  const running = await underWay(api);
  postgres.stop('immediate');
  await refused(api, 'unavailable');
  const read = await api.http.get(running).expect(503);
  expect(read.headers['retry-after']).toBe('2');
  expect((await api.http.get('/health/ready').expect(503)).body).toMatchObject({ ready: false });
  await control(api, 'DELETE', '/faults');
  await until('what runs waits', async () => (await failedCommits(api)) > 0);
  await postgres.start();
  await comesBack(api, running);
  await until('it is ready', async () => (await api.http.get('/health/ready')).status === 200);
});
