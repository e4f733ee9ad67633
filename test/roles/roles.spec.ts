import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { ServiceProcess } from '../crash/service-process.js';
import { claims, desired, targetConfig } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';

interface Operation {
  href: string;
  state: string;
  done: boolean;
  waitingFor: { reason: string; detail: string } | null;
}
interface Readiness {
  ready: boolean;
  checks: { name: string; ok: boolean; reason?: string }[];
}

let simulator: Simulator;
let test: TestDatabase;
let dir: string;
const processes: ServiceProcess[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ startupMs: 20, shutdownMs: 20 });
  test = await freshDatabase();
  dir = await mkdtemp(path.join(os.tmpdir(), 'roles-'));
  const config = targetConfig(simulator, { timeoutMs: 2_000, lateMs: 100, settleMs: 50 });
  await writeFile(path.join(dir, 'targets.json'), JSON.stringify({ targets: [config] }));
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((one) => one.end('SIGTERM')));
  await Promise.all([simulator.stop(), test.drop(), rm(dir, { recursive: true, force: true })]);
});

async function started(role: 'api' | 'worker', env: Record<string, string> = {}): Promise<ServiceProcess> {
  const process = await ServiceProcess.start({
    ROLE: role,
    DATABASE_URL: test.url,
    TARGETS: path.join(dir, 'targets.json'),
    ...env,
  });
  processes.push(process);
  return process;
}

async function ready({ url }: ServiceProcess): Promise<Readiness & { status: number }> {
  const answer = await fetch(`${url}/health/ready`);
  return { ...((await answer.json()) as Readiness), status: answer.status };
}

const checkOf = async (process: ServiceProcess, name: string) =>
  (await ready(process)).checks.find((check) => check.name === name);

const onboard = (api: ServiceProcess, body: object = desired()): Promise<Operation> =>
  api.call<Operation>('POST', '/v1/solutions', body);

const ended = (api: ServiceProcess, { href }: Operation): Promise<Operation> =>
  until('the operation is done', async () => {
    const operation = await api.call<Operation>('GET', href);
    return operation.done ? operation : null;
  });

const workers = async (api: ServiceProcess): Promise<number> =>
  (await api.call<{ workers: unknown[] }>('GET', '/v1/service')).workers.length;

describe('A process that answers and processes that work', () => {
  it('share the work: what one accepts another carries out, and each says what it is there for', async () => {
    const api = await started('api');
    expect(await checkOf(api, 'workers')).toMatchObject({ ok: false });
    expect((await ready(api)).status).toBe(200);
    const accepted = await onboard(api);
    expect(accepted.state).toBe('queued');

    const worker = await started('worker');
    const second = await started('worker');
    expect((await ended(api, accepted)).state).toBe('completed');
    expect(await workers(api)).toBe(2);
    expect(await checkOf(api, 'workers')).toMatchObject({ ok: true });
    expect(await checkOf(api, 'worker')).toBeUndefined();
    expect(await checkOf(worker, 'worker')).toMatchObject({ ok: true });
    expect((await ready(second)).status).toBe(200);

    for (const address of ['/v1/operations', '/v1/solutions', '/docs', '/openapi.json'])
      expect((await fetch(worker.url + address)).status, address).toBe(404);
    expect(await (await fetch(`${worker.url}/metrics`)).text()).toMatch(/^saga_workers 2$/m);
    // The feed: whoever relays, the one that answers has the events.
    const { events } = await api.call<{ events: unknown[] }>('GET', '/v1/events?limit=500');
    expect(events.length).toBeGreaterThan(5);
  });

  it('stop in peace: a worker hands back what it has in hand, and the next one completes it', async () => {
    const api = await started('api');
    const first = await started('worker');
    const accepted = await onboard(api, claims());
    await until(
      'it has begun',
      async () => (await api.call<Operation>('GET', accepted.href)).state !== 'queued',
    );
    await first.end('SIGTERM');
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    const { rows } = await client.query('SELECT owner FROM operation WHERE owner IS NOT NULL');
    const { rows: left } = await client.query('SELECT 1 FROM worker WHERE taken_at IS NULL');
    await client.end();
    expect([rows, left]).toEqual([[], []]);
    await started('worker');
    expect(['completed', 'failed']).toContain((await ended(api, accepted)).state);
  });

  it('start in maintenance together, and one call to the one that answers lets all of them go on', async () => {
    const settings = { START_PAUSED: 'INC0042', RESUME_RAMP_MS: '500' };
    const api = await started('api', settings);
    const worker = await started('worker', settings);
    const accepted = await onboard(api);
    const detail = 'the service is paused by START_PAUSED: maintenance start INC0042';
    for (const process of [api, worker]) {
      expect(await checkOf(process, 'halts')).toEqual({ name: 'halts', ok: false, reason: detail });
      expect((await ready(process)).status).toBe(200);
    }
    expect((await api.call<Operation>('GET', accepted.href)).waitingFor).toMatchObject({
      reason: 'target',
      detail,
    });
    await api.call('POST', '/v1/service/resume', { reason: 'all is well' });
    expect((await ended(api, accepted)).state).toBe('completed');
    // Started anew with the setting still there: it was resumed, so it works.
    await worker.end('SIGKILL');
    const again = await started('worker', settings);
    expect(await checkOf(again, 'halts')).toMatchObject({ ok: true });
    expect((await ended(api, await onboard(api, claims()))).done).toBe(true);
  });

  it('show what the workers find: a target that is down, on the process that makes no calls itself', async () => {
    const api = await started('api');
    await started('worker');
    await fetch(`${simulator.url}/simulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ match: { path: '^(?!/simulator)' }, fault: { kind: 'down' } }),
    });
    const accepted = await onboard(api);
    const waiting = await until('it is said', async () => {
      const { waitingFor } = await api.call<Operation>('GET', accepted.href);
      return waitingFor?.detail.includes('is down') === true ? waitingFor : null;
    });
    expect(waiting.reason).toBe('target');
    // The operation's own row may say it before the worker's does.
    await until('readiness says it too', async () => (await checkOf(api, 'halts'))?.ok === false);
    await fetch(`${simulator.url}/simulator/faults`, { method: 'DELETE' });
    expect((await ended(api, accepted)).state).toBe('completed');
  });
});
