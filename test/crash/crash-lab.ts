import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Desired } from '../../src/solutions/desired.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { targetConfig } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import { ServiceProcess } from './service-process.js';

export interface Operation {
  id: string;
  href: string;
  state: string;
  done: boolean;
  solution: { id: string };
  error: { code: string } | null;
}

export interface LogLine {
  actor: string;
  effect: string;
  object: { type: number; name: string };
}

/** Before the effect, which then never happens; before it, and it happens when we are gone; after it, before the answer. */
export type Moment = 'before' | 'late' | 'after';

/** One case: a platform, a data directory and a service of its own. */
export class CrashLab {
  private service: ServiceProcess | undefined;

  private constructor(
    readonly simulator: Simulator,
    private readonly dir: string,
    private readonly env: Record<string, string>,
  ) {}

  /** @param template a data directory to begin with; initdb takes 0.8 s of processor time, a copy a tenth */
  static async open(template: string | null): Promise<CrashLab> {
    const simulator = await startSimulator({ startupMs: 20, shutdownMs: 20 });
    const dir = await openFolder();
    const dataDir = path.join(dir, 'data');
    if (template !== null) copyFolder(template, dataDir);
    const config = targetConfig(simulator, { timeoutMs: 1_000, lateMs: 100, settleMs: 50 });
    const targets = path.join(dir, 'targets.json');
    await writeFile(targets, JSON.stringify({ targets: [config] }));
    return new CrashLab(simulator, dir, { DATA_DIR: dataDir, TARGETS: targets });
  }

  get dataDir(): string {
    return this.env['DATA_DIR'] ?? '';
  }

  get running(): ServiceProcess {
    if (this.service === undefined) throw new Error('the service is not running');
    return this.service;
  }

  async start(): Promise<void> {
    this.service = await ServiceProcess.start(this.env);
  }

  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    await this.service?.end(signal);
    this.service = undefined;
  }

  async control<T>(method: string, address: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.simulator.url}/simulator${address}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** What matters of the platform, without the ids of the run that our marks carry. */
  async world(): Promise<unknown> {
    const text = JSON.stringify(await this.control('GET', '/world'));
    return JSON.parse(text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id'));
  }

  async log(): Promise<LogLine[]> {
    return (await this.control<{ lines: LogLine[] }>('GET', '/log?limit=10000')).lines;
  }

  private async faults(): Promise<{ matched: number; waiting: number }[]> {
    return (await this.control<{ faults: { matched: number; waiting: number }[] }>('GET', '/faults')).faults;
  }

  /** How many calls that change something the platform has been sent. */
  async effectCalls(): Promise<number> {
    return (await this.faults()).reduce((sum, { matched }) => sum + matched, 0);
  }

  /** Holds the call that is the n-th effect, counted from 0. */
  async hold(n: number, moment: Moment): Promise<void> {
    const fault = {
      kind: 'hold',
      when: moment === 'after' ? 'after' : 'before',
      then: moment === 'before' ? 'drop' : 'go',
    };
    await this.control('POST', '/faults', { match: { effects: true }, skip: n, fault });
  }

  async untilHeld(): Promise<void> {
    await until('a call is held', async () => (await this.faults()).some(({ waiting }) => waiting > 0));
  }

  async untilDone(href: string): Promise<Operation> {
    return until(
      'the operation is done',
      async () => {
        const operation = await this.running.call<Operation>('GET', href);
        return operation.done ? operation : null;
      },
      60_000,
    );
  }

  onboard(wanted: Desired): Promise<Operation> {
    const { restart, ...body } = wanted;
    return this.running.call('POST', '/v1/solutions', { ...body, restart });
  }

  async sequences(solution: string): Promise<number[]> {
    const { events } = await this.running.call<{ events: { sequence: string }[] }>(
      'GET',
      `/v1/events?solution=${solution}&limit=500`,
    );
    return events.map(({ sequence }) => Number(sequence));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.simulator.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
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
