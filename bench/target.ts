import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { naturalName } from '../src/solutions/rules/natural-names.js';
import { processName } from '../src/simulator/big-tenant.js';
import { Lab, median, printFigures, runProgram, spread } from './lab.js';

const latencyMs = 2;

interface Size {
  readonly businessProcesses: number;
  readonly solutions: number;
}

/** The tenant that a plan has to be quick in, and two that show what its calls grow with. */
const large: Size = { businessProcesses: 5_000, solutions: 200 };
const fewProcesses: Size = { businessProcesses: 500, solutions: 200 };
const fewSolutions: Size = { businessProcesses: 5_000, solutions: 20 };

/**
 * Plans and onboardings of the service as it starts, against the simulator as a process of its own that answers after
 * 2 ms. The limits of the target are set out of the way: by default (200 calls a second) they alone would make the plan of
 * the large tenant take three seconds.
 */
export async function target(repeats: number): Promise<void> {
  const lab = await Lab.start();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-target-'));
  const simulator = runProgram(path.join('dist', 'src', 'simulator', 'main.js'), [
    ...['--port', '0', '--seed', 'empty', '--latency-ms', String(latencyMs)],
    ...['--startup-ms', '20', '--shutdown-ms', '20'],
  ]);
  try {
    const at = await simulator.line('ready');
    const targets = path.join(folder, 'targets.json');
    writeFileSync(targets, JSON.stringify({ targets: [configOf(at)] }));
    await lab.withDatabase('ours', (databaseUrl) => measure(at, targets, databaseUrl, repeats));
  } finally {
    await simulator.kill('SIGTERM');
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(at: string, targets: string, databaseUrl: string, repeats: number): Promise<void> {
  await register(databaseUrl, large);
  const service = runProgram(path.join('dist', 'src', 'main.js'), [], {
    DATABASE_URL: databaseUrl,
    TARGETS: targets,
    PORT: '0',
    LOG_LEVEL: 'warn',
  });
  try {
    const url = await service.line('ready');
    const calls = async (size: Size, wanted: number, work: () => Promise<unknown>): Promise<number> => {
      await simulate(at, 'POST', 'reset', { bigTenant: size });
      // The first plan signs in; it is not counted.
      await plan(url, wanted);
      await simulate(at, 'DELETE', 'calls');
      await work();
      return ((await simulate(at, 'GET', 'calls')) as { total: number }).total;
    };
    const planMs: number[] = [];
    const planCalls = await calls(large, 500, async () => {
      for (let repeat = 0; repeat < repeats; repeat += 1) planMs.push(await plan(url, 500));
    });
    const ofFewProcesses = await calls(fewProcesses, 50, () => plan(url, 50));
    const ofFewSolutions = await calls(fewSolutions, 500, () => plan(url, 500));
    const few = await calls(large, 50, () => onboard(url, 50, 'solution-few'));
    await forget(databaseUrl, 'solution-few');
    const many = await calls(large, 500, () => onboard(url, 500, 'solution-many'));
    const perPlan = planCalls / repeats;
    console.log(
      `plan of 500 Business Processes among 5,000, 200 solutions: ${spread(planMs)} ms, ${perPlan} calls`,
    );
    console.log(
      `  of 50 among 500, 200 solutions: ${ofFewProcesses} calls; of 500 among 5,000, 20 solutions: ${ofFewSolutions} calls`,
    );
    console.log(`onboarding of 50 Business Processes: ${few} calls, of 500: ${many} calls`);
    printFigures('target', {
      calls_per_onboarding: few,
      plan_ms_5000: median(planMs),
      calls_per_plan: perPlan,
      calls_per_solution_planned: (perPlan - ofFewSolutions) / (large.solutions - fewSolutions.solutions),
      calls_per_business_process_onboarded: (many - few) / 450,
    });
  } finally {
    await service.kill('SIGTERM');
  }
}

const configOf = (at: string): object => {
  const bridge = { driver: 'bridge', baseUrl: `${at}/bridge`, token: 'simulated-bridge' };
  return {
    name: 'lab',
    objects: { driver: 'gws', baseUrl: `${at}/api/v2`, username: 'onboarding', password: 'onboarding' },
    security: bridge,
    control: bridge,
    maxConcurrent: 64,
    maxPerSecond: 100_000,
    baseAccessGroups: ['Ixn servers base'],
    settleMs: 100,
    lateMs: 100,
    verifyEveryMs: 0,
  };
};

const requestOf = (businessProcesses: number, key: string): object => ({
  tenant: 'Environment',
  key,
  interactionServer: 'IxnServer_0001',
  businessProcesses: Array.from({ length: businessProcesses }, (_, i) => processName(i + 1)),
});

/** @returns how long it took, ms */
async function plan(url: string, businessProcesses: number): Promise<number> {
  const began = performance.now();
  const answer = await send(
    'POST',
    `${url}/v1/solutions?validate_only=true`,
    requestOf(businessProcesses, 'solution-0001'),
  );
  const tookMs = performance.now() - began;
  const { actions, findings } = answer as { actions: { kind: string }[]; findings: { severity: string }[] };
  const grants = actions.filter(({ kind }) => kind === 'grant').length;
  // One for each Business Process, and one for each server of the pair.
  if (grants !== businessProcesses + 2 || findings.some(({ severity }) => severity === 'error'))
    throw new Error(`not the plan that was to be measured: ${JSON.stringify(findings).slice(0, 2_000)}`);
  return tookMs;
}

/** To its end. */
async function onboard(url: string, businessProcesses: number, key: string): Promise<void> {
  const accepted = (await send('POST', `${url}/v1/solutions`, requestOf(businessProcesses, key))) as {
    href: string;
  };
  for (;;) {
    const operation = (await send('GET', `${url}${accepted.href}`, undefined, { prefer: 'wait=10' })) as {
      done: boolean;
      state: string;
      solution: { href: string };
    };
    if (!operation.done) continue;
    if (operation.state !== 'completed') throw new Error(`the onboarding ${operation.state}`);
    return;
  }
}

/** The other solutions of the tenant as the service knows them: what is claimed is looked up in every plan. */
const register = (databaseUrl: string, { businessProcesses, solutions }: Size): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    await client.query(
      `INSERT INTO solution (id, target, tenant, key, state, display_name, desired, last_operation_id, created_at, updated_at)
       SELECT gen_random_uuid(), 'lab', 'Environment', 'solution-' || n, 'active', 'n', '{}', gen_random_uuid(), now(), now()
       FROM generate_series(2, $1::int) AS n`,
      [solutions],
    );
    const first = Math.ceil(businessProcesses / 10);
    const resources = Array.from({ length: businessProcesses - first }, (_, i) => ({
      resource: naturalName.script('lab', 'Environment', processName(first + i + 1)),
      key: `solution-${2 + (i % (solutions - 1))}`,
    }));
    await client.query(
      `INSERT INTO claim (target, resource, solution_id)
       SELECT 'lab', x.resource, s.id FROM unnest($1::text[], $2::text[]) AS x (resource, key) JOIN solution s USING (key)`,
      [resources.map(({ resource }) => resource), resources.map(({ key }) => key)],
    );
    await client.query('ANALYZE');
  });

/** The tenant is made anew for the next onboarding: what the last one held is free again. */
const forget = (databaseUrl: string, key: string): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    await client.query(`DELETE FROM claim WHERE solution_id IN (SELECT id FROM solution WHERE key = $1)`, [
      key,
    ]);
    await client.query(`UPDATE solution SET live = false WHERE key = $1`, [key]);
  });

async function withClient(databaseUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const simulate = (at: string, method: string, what: string, body?: object): Promise<unknown> =>
  send(method, `${at}/simulator/${what}`, body);

async function send(
  method: string,
  url: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 2_000)}`);
  return text === '' ? null : JSON.parse(text);
}
