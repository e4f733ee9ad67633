import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Pool } from 'undici';
import { bundled, Lab, median, printFigures, runProgram, spread, type Program } from './lab.js';
import { drive, type Measured } from './peers/drive.mjs';

const inFlight = 64;
const nextYear = new Date(Date.now() + 365 * 86_400_000).toISOString();

/** `POST /v1/solutions` of the service as it starts, against a bare Fastify that inserts one row per request. */
export async function intake(repeats: number, measureMs: number): Promise<void> {
  const lab = await Lab.start();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-intake-'));
  const targets = path.join(folder, 'targets.json');
  writeFileSync(targets, JSON.stringify({ targets: [unasked] }));
  const service = (DATABASE_URL: string): Program =>
    runProgram(path.join('dist', 'src', 'main.js'), [], {
      DATABASE_URL,
      TARGETS: targets,
      PORT: '0',
      LOG_LEVEL: 'warn',
    });
  const bare = (url: string): Program => runProgram(bundled('bare-insert'), [url]);
  try {
    const ours: Measured[] = [];
    const fastify: Measured[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      ours.push(await lab.withDatabase('ours', (url) => post(service(url), measureMs)));
      fastify.push(await lab.withDatabase('empty', (url) => post(bare(url), measureMs)));
    }
    for (const [name, all] of [
      ['ours', ours],
      ['fastify', fastify],
    ] as const) {
      console.log(
        `${name.padEnd(8)} ${spread(all.map((run) => run.perSecond))} requests/s, p50 ${spread(
          all.map((run) => run.p50Ms),
          1,
        )} ms, ${inFlight} in flight`,
      );
    }
    const rate = (all: readonly Measured[]): number => median(all.map((run) => run.perSecond));
    printFigures('intake', { fastify_ratio: rate(ours) / rate(fastify), ours_per_second: rate(ours) });
  } finally {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Onboardings begin next year, so that intake alone is measured and no target is asked. */
const unasked = {
  name: 'lab',
  objects: { driver: 'gws', baseUrl: 'http://127.0.0.1:9/api/v2', username: 'bench', password: 'bench' },
  security: { driver: 'bridge', baseUrl: 'http://127.0.0.1:9', token: 'bench' },
  control: { driver: 'bridge', baseUrl: 'http://127.0.0.1:9', token: 'bench' },
};

async function post(program: Program, measureMs: number): Promise<Measured> {
  const pool = new Pool(await program.line('ready'), { connections: inFlight, pipelining: 1 });
  try {
    return await drive(
      async (id) => {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: '/v1/solutions',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            target: 'lab',
            tenant: 'Environment',
            key: id,
            interactionServer: `Server ${id}`,
            businessProcesses: [`In ${id}`, `Out ${id}`],
            notBefore: nextYear,
          }),
        });
        const text = await body.text();
        if (statusCode !== 202) throw new Error(`answered ${statusCode}: ${text}`);
      },
      { inFlight, warmMs: 5_000, measureMs, undone: false },
    );
  } finally {
    await pool.close();
    await program.kill('SIGTERM');
  }
}
