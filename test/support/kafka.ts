import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const script = path.resolve(import.meta.dirname, '../../scripts/kafka/broker.mjs');
const run = promisify(execFile);
const given = process.env['KAFKA_BROKERS'];

/**
 * Whether tests may use a broker; says so loudly where they may not. With CI set they must: a missing JDK fails them
 * there. A broker of the run's own needs `java` and `mvn`; KAFKA_BROKERS names one that is there already.
 */
export const hasKafka =
  given !== undefined || process.env['CI'] === 'true' || (runs('java', '-version') && runs('mvn', '-v'));
if (!hasKafka)
  console.warn('*** Tests on a real Kafka broker are SKIPPED: no java or mvn here, no KAFKA_BROKERS ***');

/** Whether tests may have a broker of their own, which KAFKA_BROKERS does not give: to kill it, or to sign in to. */
export const hasOwnBroker =
  hasKafka && (process.env['CI'] === 'true' || (runs('java', '-version') && runs('mvn', '-v')));
if (hasKafka && !hasOwnBroker)
  console.warn('*** Tests that kill a Kafka broker are SKIPPED: no java or mvn here ***');

function runs(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: 'ignore' }).status === 0;
}

/** Fetching the jars and starting, on a machine that is busy with other things. */
const STARTED_MS = 300_000;

async function broker(command: 'start' | 'stop' | 'kill', dir: string, ...more: string[]): Promise<string> {
  // Test files run in children of one runner: a watcher stops the broker when that is gone, however it ended.
  const args = [
    script,
    command,
    '--data',
    dir,
    ...more,
    ...(command === 'start' ? ['--until-pid', String(process.ppid)] : []),
  ];
  return (await run(process.execPath, args)).stdout;
}

function brokersOf(started: string): string[] {
  return (JSON.parse(started) as { brokers: string }).brokers.split(',');
}

/** The one broker that all test files of a run share; the first to ask starts it. Names of topics must be one's own. */
export async function startBroker(): Promise<{ brokers: string[] }> {
  if (given !== undefined) return { brokers: given.split(',') };
  const dir = path.join(os.tmpdir(), `onboarding-kafka-${process.ppid}`);
  const ready = path.join(dir, 'ready.json');
  if (isFirst(dir)) {
    try {
      writeFileSync(`${ready}.new`, JSON.stringify({ brokers: brokersOf(await broker('start', dir)) }));
      renameSync(`${ready}.new`, ready);
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }
  const endMs = Date.now() + STARTED_MS;
  while (!existsSync(ready)) {
    if (Date.now() > endMs || !existsSync(dir)) throw new Error('the broker of this run did not start');
    await pause(100);
  }
  return JSON.parse(readFileSync(ready, 'utf8')) as { brokers: string[] };
}

function isFirst(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch {
    return false;
  }
}

/** A broker of one's own, to be killed: the same address and data after each start. */
export interface OwnBroker {
  readonly brokers: string[];
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, and nothing answers. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  drop(): Promise<void>;
}

export async function ownBroker(): Promise<OwnBroker> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-kafka-own-'));
  let started = await broker('start', dir);
  const signal = (name: NodeJS.Signals): void =>
    void process.kill((JSON.parse(started) as { pid: number }).pid, name);
  return {
    brokers: brokersOf(started),
    start: async () => {
      started = await broker('start', dir);
    },
    kill: async () => {
      await broker('kill', dir);
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    drop: async () => {
      await broker('kill', dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface SecureBroker {
  readonly brokers: string[];
  /** The same by its plain listener, where everything is allowed. */
  readonly plain: string[];
  /** PEM. */
  readonly ca: string;
  readonly user: { readonly username: string; readonly password: string };
  drop(): Promise<void>;
}

/** A broker of one's own by its listener with TLS and SASL; its certificate is made at the start. */
export async function secureBroker(): Promise<SecureBroker> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-kafka-secure-'));
  const { brokers: plain, secure } = JSON.parse(await broker('start', dir, '--secure')) as {
    brokers: string;
    secure: { brokers: string; certificate: string; user: SecureBroker['user'] };
  };
  return {
    brokers: [secure.brokers],
    plain: [plain],
    ca: readFileSync(secure.certificate, 'utf8'),
    user: secure.user,
    drop: async () => {
      await broker('kill', dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
