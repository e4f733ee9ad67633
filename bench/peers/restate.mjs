// Restate: its server from npm beside the run, with fsync as it comes; one handler with four durable runs and undo.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import * as restate from '@restatedev/restate-sdk';
import { Pool } from 'undici';
import { Refused, stepCount } from './calls.mjs';

// Its SDK calls what Node has from 22 on.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((...given) => ([resolve, reject] = given));
  return { promise, resolve, reject };
};

const folder = path.join(import.meta.dirname, 'node_modules', '@restatedev');

export async function start({ calls }) {
  const [ingress, admin, fabric] = await Promise.all([freePort(), freePort(), freePort()]);
  const home = mkdtempSync(path.join(os.tmpdir(), 'bench-restate-'));
  const [platform] = readdirSync(folder).filter((name) => name.startsWith('restate-server-'));
  const server = spawn(
    path.join(folder, platform, 'bin', 'restate-server'),
    ['--no-logo', '--listen-mode', 'tcp', '--bind-ip', '127.0.0.1', '--bind-port', String(fabric)],
    {
      env: {
        ...process.env,
        RESTATE_BASE_DIR: home,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_LOG_FILTER: 'error',
      },
      stdio: 'ignore',
    },
  );
  process.once('exit', () => server.kill('SIGKILL'));

  const endpoint = http2.createServer(
    restate.createEndpointHandler({ services: [sagaService(calls)], logger: () => undefined }),
  );
  await new Promise((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  await until(() =>
    post(`http://127.0.0.1:${admin}/deployments`, { uri: `http://127.0.0.1:${endpoint.address().port}` }),
  );

  const pool = new Pool(`http://127.0.0.1:${ingress}`, {
    connections: 512,
    pipelining: 1,
    headersTimeout: 0,
  });
  return {
    async run(saga, undone) {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/bench/saga',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ saga, undone }),
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`restate answered ${statusCode}: ${text}`);
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function sagaService(calls) {
  const terminal = (error) => {
    throw error instanceof Refused ? new restate.TerminalError(error.message) : error;
  };
  return restate.service({
    name: 'bench',
    handlers: {
      saga: async (context, { saga, undone }) => {
        let step = 1;
        try {
          for (; step <= stepCount; step += 1) {
            const number = step;
            await context.run(`apply-${number}`, () => calls.apply(saga, number, undone).catch(terminal));
          }
        } catch (error) {
          if (!(error instanceof restate.TerminalError)) throw error;
          for (step -= 1; step >= 1; step -= 1) {
            const number = step;
            await context.run(`revert-${number}`, () => calls.revert(saga, number));
          }
        }
      },
    },
  });
}

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

async function until(work) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
