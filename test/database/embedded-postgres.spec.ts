import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { StartError } from '../../src/database/start-error.js';
import { bundleProgram, runProgram } from '../support/program.js';

let dataDir: string;
const running = new Set<EmbeddedPostgres>();

beforeEach(() => {
  dataDir = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'onboarding-embedded-')));
});

afterEach(async () => {
  for (const embedded of running) await embedded.stop();
  running.clear();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: { durable?: boolean } = {}): Promise<EmbeddedPostgres> {
  const embedded = await EmbeddedPostgres.start({ dataDir, durable: false, ...options });
  running.add(embedded);
  return embedded;
}

async function stop(embedded: EmbeddedPostgres): Promise<void> {
  running.delete(embedded);
  await embedded.stop();
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

const pidFile = (): string => path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
const postmasterPid = (): number => Number.parseInt(readFileSync(pidFile(), 'utf8'), 10);

it('keeps what was written, durably by default, and is gone after stop', async () => {
  const first = await start({ durable: true });
  expect(await query(first.url, 'SHOW fsync')).toEqual(['on']);
  expect(await query(first.url, 'SHOW server_encoding')).toEqual(['UTF8']);
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
  const pid = postmasterPid();
  await stop(first);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  const second = await start();
  expect(await query(second.url, 'SELECT n FROM kept')).toEqual([42]);
});

it('listens on loopback only and lets nobody in without the kept password', async () => {
  const { url } = await start();
  expect(await query(url, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
  const wrong = new URL(url);
  wrong.password = 'guess';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(path.join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);
});

it('adopts the cluster that outlived a service killed with its whole process group', async () => {
  const program = runProgram(await bundleProgram('test/database/programs/hold-data-dir.ts'), [dataDir]);
  const url = await program.ready;
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS n');
  const pid = postmasterPid();
  await program.kill('SIGKILL');
  const adopted = await start();
  expect(postmasterPid()).toBe(pid);
  expect(adopted.url).toBe(url);
  expect(await query(adopted.url, 'SELECT n FROM kept')).toEqual([42]);
});

it('refuses a data directory that a living process holds, and names the process', async () => {
  const program = runProgram(await bundleProgram('test/database/programs/hold-data-dir.ts'), [dataDir]);
  await program.ready;
  const refusal = await start().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as Error).message).toContain(
    `in use by solution-onboarding process ${String(program.child.pid)}`,
  );
  await program.kill('SIGKILL');
  await start();
});

it('gives the data directory to one of three that start on an empty folder at the same time', async () => {
  const answers = await Promise.allSettled([start(), start(), start()]);
  expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
});

it('starts although the id in a stale postmaster.pid belongs to another program by now', async () => {
  await stop(await start());
  const other = spawn('sleep', ['600']);
  writeFileSync(
    pidFile(),
    `${String(other.pid)}\n${dataDir}/postgres/cluster\n1700000000\n1\n\n127.0.0.1\n\nready\n`,
  );
  const again = await start();
  expect(await query(again.url, 'SELECT 1')).toEqual([1]);
  other.kill();
});

it('brings PostgreSQL back at the same address when it is killed under a running service', async () => {
  const embedded = await start({ durable: true });
  await query(embedded.url, 'CREATE TABLE kept AS SELECT 42 AS n');
  const pid = postmasterPid();
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect(await query(embedded.url, 'SELECT n FROM kept')).toEqual([42]), {
    timeout: 20_000,
    interval: 50,
  });
  expect(postmasterPid()).not.toBe(pid);
});

it('says so when the kept password is not the one of the cluster, and leaves nothing running', async () => {
  await stop(await start());
  writeFileSync(path.join(dataDir, 'postgres', 'password'), 'another');
  await expect(start()).rejects.toThrow(/password kept in .* is not the one of its cluster/);
  expect(existsSync(pidFile())).toBe(false);
});
