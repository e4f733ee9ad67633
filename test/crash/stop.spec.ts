import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'stop-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

it.each([
  ['a SIGTERM to npm', 'SIGTERM', false],
  ['a SIGINT to npm and the service, as a Ctrl-C sends it,', 'SIGINT', false],
  ['a SIGTERM that comes again and again, from a supervisor and from npm,', 'SIGTERM', true],
  ['a Ctrl-C that is held down', 'SIGINT', true],
] as const)(
  '%s stops the service itself, which logs that it stops, what it hands back, and its end',
  async (_, signal, twice) => {
    const npm = spawn('npm', ['start'], {
      cwd: root,
      detached: true,
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      if (npm.exitCode === null && npm.signalCode === null) process.kill(-(npm.pid ?? 0), 'SIGKILL');
    });
    let printed = '';
    // Closed once nobody writes to it any more: the service too has ended then.
    const closed = new Promise<void>((resolve) => npm.once('close', () => resolve()));
    const url = await new Promise<string>((resolve, reject) => {
      const read = (data: Buffer): void => {
        printed += data.toString();
        const ready = /^ready (\S+)$/m.exec(printed)?.[1];
        if (ready !== undefined) resolve(ready);
      };
      npm.stdout.on('data', read);
      npm.stderr.on('data', read);
      void closed.then(() => reject(new Error(`ended: ${printed}`)));
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const tell = (): boolean =>
      process.kill(signal === 'SIGINT' || twice ? -(npm.pid ?? 0) : (npm.pid ?? 0), signal);
    if (twice)
      npm.stdout.on('data', (data: Buffer) => {
        if (!data.toString().includes('the service stops')) return;
        // Whatever it is just doing, pg_ctl among it; within the second in which it is one signal.
        const again = setInterval(() => {
          try {
            tell();
          } catch {
            clearInterval(again); // the last process of the group has ended
          }
        }, 20);
        setTimeout(() => clearInterval(again), 500);
        void closed.then(() => clearInterval(again));
      });
    tell();
    await closed;
    expect(existsSync(path.join(dataDir, 'postgres/cluster/PG_VERSION'))).toBe(true);
    expect(existsSync(path.join(dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    const said = printed.split('\n').flatMap((line) => {
      if (!line.startsWith('{')) return [];
      const { msg, operations } = JSON.parse(line) as { msg: string; operations?: number };
      return operations === undefined ? [msg] : [`${msg} (${operations})`];
    });
    const first = said.indexOf(`${signal}: the service stops`);
    expect(said.slice(first)).toEqual([
      `${signal}: the service stops`,
      'stopping: nothing new is begun, calls in the air end (0)',
      'handed back what was carried on; the next start or another process goes on with it (0)',
      'the service has stopped',
    ]);
  },
  120_000,
);
