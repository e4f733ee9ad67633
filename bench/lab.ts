import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { migrate } from '../src/database/migrate.js';
import { createDatabase, dropDatabase, urlOf } from '../test/support/postgres-admin.js';
import type { Load, Measured } from './peers/drive.mjs';
import { databaseCpuSeconds } from './processes.js';

const root = process.cwd();
const peers = path.join(root, 'bench', 'peers');

/** Engines in the order in which they take turns. */
export const engines = ['ceiling', 'ours', 'dbos', 'pgboss', 'restate'] as const;
export type Engine = (typeof engines)[number];

/** A PostgreSQL with fsync as the service starts it, made for the run and gone after it. */
export class Lab {
  private constructor(
    private readonly dataDir: string,
    private readonly postgres: EmbeddedPostgres,
    private readonly template: string,
  ) {}

  static async start(): Promise<Lab> {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-'));
    const postgres = await EmbeddedPostgres.start({ dataDir, maxConnections: 200 });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void postgres.stop().finally(() => process.exit(1)));
    }
    const template = await createDatabase(postgres.url);
    await migrate(urlOf(postgres.url, template));
    return new Lab(dataDir, postgres, template);
  }

  /** CPU that PostgreSQL has taken so far. */
  databaseCpuSeconds(): number {
    return databaseCpuSeconds(this.dataDir);
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** @param schema ours, or empty for a peer that makes its own */
  async withDatabase<T>(schema: 'ours' | 'empty', work: (url: string) => Promise<T>): Promise<T> {
    const name = await createDatabase(this.postgres.url, schema === 'ours' ? this.template : undefined);
    try {
      return await work(urlOf(this.postgres.url, name));
    } finally {
      await dropDatabase(this.postgres.url, name);
    }
  }

  /** One engine under load, on a database and a target of its own. */
  async measure(engine: Engine, load: EngineLoad, targetDelayMs: number): Promise<Run> {
    return this.withDatabase(engine === 'ours' ? 'ours' : 'empty', (databaseUrl) =>
      this.measureOn(databaseUrl, engine, load, targetDelayMs),
    );
  }

  async measureOn(
    databaseUrl: string,
    engine: Engine,
    load: EngineLoad,
    targetDelayMs: number,
  ): Promise<Run> {
    const before = databaseCpuSeconds(this.dataDir);
    const run = await measured(databaseUrl, engine, load, targetDelayMs);
    return { ...run, databaseCpuMs: (databaseCpuSeconds(this.dataDir) - before) * 1_000 };
  }
}

export interface EngineLoad extends Load {
  /** Two calls a step: a read and a write. */
  readonly reading: boolean;
}

export interface Run extends Measured {
  readonly calls: Counts;
  /** Of PostgreSQL, starting the engine included. */
  readonly databaseCpuMs: number;
}

async function measured(
  databaseUrl: string,
  engine: Engine,
  load: EngineLoad,
  targetDelayMs: number,
): Promise<Omit<Run, 'databaseCpuMs'>> {
  const target = await startTarget(targetDelayMs);
  try {
    const [program, ...first] =
      engine === 'ours' ? [bundled('worker')] : [path.join(peers, 'run.mjs'), engine];
    const options = { ...load, databaseUrl, targetUrl: target.url };
    const child = runProgram(program, [...first, JSON.stringify(options)]);
    const measured = JSON.parse(await child.line('result')) as Measured;
    return { ...measured, calls: await target.counts() };
  } finally {
    await target.stop();
  }
}

export interface Counts {
  readonly reads: number;
  readonly writes: number;
  readonly refused: number;
  /** Writes of what was there already. */
  readonly repeated: number;
}

export async function startTarget(delayMs: number) {
  const child = runProgram(path.join(peers, 'target.mjs'), [String(delayMs)]);
  const url = await child.line('ready');
  return {
    url,
    counts: async () => (await (await fetch(`${url}/counts`)).json()) as Counts,
    stop: () => child.kill('SIGTERM'),
  };
}

/** As `npm start` runs the service; the same for everybody: with the default of 16 MB a quarter of the time is the collector's. */
const nodeFlags = ['--max-semi-space-size=32'];

/** Where scripts/bench.mjs has put a program of this folder. */
export const bundled = (name: string): string =>
  path.join(root, 'node_modules', '.cache', 'bench', `${name}.mjs`);

/** Ended with this process, however a bench fails. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface Program {
  readonly child: ChildProcess;
  /** The rest of the first line that begins with this word; fails when the program ends before. */
  line(word: string): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export function runProgram(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, [...nodeFlags, file, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    child,
    line: (word) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = new RegExp(`^${word} (.*)\\n`, 'm').exec(output);
          if (found !== null) resolve(found[1] ?? '');
        };
        look();
        child.stdout.on('data', look);
        void ended.then(() => reject(new Error(`${path.basename(file)} ended: ${output}`)));
      }),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** "4617 (4402 to 4700)". */
export function spread(values: readonly number[], digits = 0): string {
  const text = (value: number): string => value.toFixed(digits);
  return `${text(median(values))} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}

/** The last line of a run, for programs. */
export function printFigures(name: string, figures: Readonly<Record<string, number>>): void {
  const parts = Object.entries(figures).map(([figure, value]) => `${figure}=${value.toFixed(2)}`);
  console.log(`bench ${name} ${parts.join(' ')}`);
}
