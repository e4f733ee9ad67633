import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isPostmaster, readPostmasterFile } from '../../src/database/embedded/postmaster-file.js';
import type { TargetConfig } from '../../src/config/target-config.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import type { Desired } from '../../src/solutions/desired.js';
import { targetConfig } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import { ServiceProcess } from './service-process.js';
import { Witness } from './witness.js';

export interface Operation {
  id: string;
  href: string;
  state: string;
  done: boolean;
  solution: { id: string };
  error: { code: string } | null;
}

/** One case: a platform, a database of its own and any number of service processes on them. */
export class CrashLab {
  private readonly services = new Set<ServiceProcess>();

  private constructor(
    readonly witness: Witness,
    readonly dir: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param template a data directory to begin with; initdb takes 0.8 s of processor time, a copy a tenth */
  static async embedded(template: string | null, target: Partial<TargetConfig> = {}): Promise<CrashLab> {
    const lab = await CrashLab.open({}, undefined, {}, target);
    if (template !== null) copyFolder(template, lab.dataDir);
    return lab;
  }

  /** On a database that several processes may share; the lease has to be 5 s longer than the time-out of a call. */
  static replicas(
    databaseUrl: string,
    times = { timeoutMs: 1_000, leaseMs: 6_000 },
    simulator: SimulatorOptions = {},
  ): Promise<CrashLab> {
    const env = { DATABASE_URL: databaseUrl, LEASE_MS: String(times.leaseMs) };
    return CrashLab.open(env, times.timeoutMs, simulator);
  }

  private static async open(
    env: Readonly<Record<string, string>> = {},
    timeoutMs = 1_000,
    simulator: SimulatorOptions = {},
    target: Partial<TargetConfig> = {},
  ): Promise<CrashLab> {
    const witness = await Witness.start(simulator);
    const dir = await openFolder();
    const config = targetConfig(witness.simulator, { timeoutMs, lateMs: 100, settleMs: 50, ...target });
    const targets = path.join(dir, 'targets.json');
    await writeFile(targets, JSON.stringify({ targets: [config] }));
    return new CrashLab(witness, dir, { DATA_DIR: path.join(dir, 'data'), TARGETS: targets, ...env });
  }

  get dataDir(): string {
    return path.join(this.dir, 'data');
  }

  /** @param points see scripts/chaos/points.mjs */
  async start(points: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const service = await ServiceProcess.start({ ...this.env, ...points });
    this.services.add(service);
    return service;
  }

  async untilDone(service: ServiceProcess, href: string): Promise<Operation> {
    return until(
      'the operation is done',
      async () => {
        const operation = await service.call<Operation>('GET', href);
        return operation.done ? operation : null;
      },
      180_000,
    );
  }

  async sequences(service: ServiceProcess, solution: string): Promise<number[]> {
    const { events } = await service.call<{ events: { sequence: string }[] }>(
      'GET',
      `/v1/events?solution=${solution}&limit=500`,
    );
    return events.map(({ sequence }) => Number(sequence));
  }

  async close(): Promise<void> {
    // Replicas may be frozen, which a SIGTERM does not end; alone, a service takes its PostgreSQL with it.
    const signal = this.env['DATABASE_URL'] === undefined ? 'SIGTERM' : 'SIGKILL';
    await Promise.all([...this.services].map((service) => service.end(signal)));
    await endPostmaster(path.join(this.dataDir, 'postgres', 'cluster'));
    await this.witness.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Asked again by the same key it is the same operation, whether the first answer came or not. */
export function onboard(service: ServiceProcess, wanted: Desired): Promise<Operation> {
  return service.call('POST', '/v1/solutions', wanted, { 'idempotency-key': '"the-ticket"' });
}

/** A killed service leaves its PostgreSQL running. */
async function endPostmaster(clusterDir: string): Promise<void> {
  const file = readPostmasterFile(clusterDir);
  if (file === undefined || !isPostmaster(file.pid, clusterDir)) return;
  process.kill(file.pid, 'SIGQUIT');
  await until('PostgreSQL has ended', () => Promise.resolve(!isPostmaster(file.pid, clusterDir)));
}

/** Enterable for the user PostgreSQL runs as where the tests run as root. */
export async function openFolder(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'crash-'));
  await chmod(dir, 0o755);
  return dir;
}

/** With its owners, which Node's own copy leaves out. */
export function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}
