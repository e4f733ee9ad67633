import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, closeSync, openSync, readFileSync, statSync, renameSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../errors.js';
import { StartError } from '../start-error.js';
import type { Binaries } from './binaries.js';
import { closedFolder, type OsUser } from './os-user.js';

/** The folders and programs of one embedded cluster. */
export interface Cluster {
  readonly binaries: Binaries;
  /** Holds the cluster, the log and the password. */
  readonly homeDir: string;
  readonly clusterDir: string;
  readonly logFile: string;
  readonly user: OsUser | undefined;
  /** False only for tests: no fsync, a power cut may lose everything. */
  readonly durable: boolean;
  readonly maxConnections: number;
}

const credentials = (user: OsUser | undefined): { uid?: number; gid?: number } =>
  user === undefined ? {} : { uid: user.uid, gid: user.gid };

/** Makes the folder that PostgreSQL's user owns. DATA_DIR itself is opened for passing through; folders above it are not ours. */
export async function makeHome(homeDir: string, user: OsUser | undefined): Promise<void> {
  await mkdir(homeDir, { recursive: true });
  if (user !== undefined) {
    const dataDir = path.dirname(homeDir);
    await chmod(dataDir, (await stat(dataDir)).mode | 0o001);
    await chown(homeDir, user.uid, user.gid);
  }
  await chmod(homeDir, 0o700);
}

/**
 * Makes the cluster beside its place and moves it there in one rename: what is there is always whole,
 * and of two processes that start at once one wins and the other uses what it finds.
 */
export async function initialise(cluster: Cluster, password: string): Promise<void> {
  const staging = path.join(cluster.homeDir, `initdb-${randomUUID()}`);
  const passwordFile = `${staging}.password`;
  await rm(staging, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (cluster.user !== undefined) await chown(passwordFile, cluster.user.uid, cluster.user.gid);
  try {
    await run(cluster, cluster.binaries.initdb, [
      `--pgdata=${staging}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      // PostgreSQL's own C.UTF-8: the same order on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(cluster.durable ? [] : ['--no-sync']),
    ]);
    await rename(staging, cluster.clusterDir).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Starts a postmaster in a process group of its own: Ctrl-C and a killed service leave it alone,
 * so that work in the air can still be written down and the next start adopts it.
 */
export function launch(cluster: Cluster, port: number): ChildProcess {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    `max_connections=${cluster.maxConnections}`,
    'log_checkpoints=off',
    ...(cluster.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const log = openLog(cluster);
  try {
    const child = spawn(
      cluster.binaries.postgres,
      ['-D', cluster.clusterDir, ...settings.flatMap((setting) => ['-c', setting])],
      { ...credentials(cluster.user), cwd: '/', detached: true, stdio: ['ignore', log, log] },
    );
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Fast shutdown: sessions are ended, everything committed is on disk. Returns when the postmaster has gone. */
export async function stopCluster(cluster: Cluster): Promise<void> {
  await run(cluster, cluster.binaries.pg_ctl, [
    'stop',
    '-D',
    cluster.clusterDir,
    '-m',
    'fast',
    '-w',
    '-t',
    '60',
  ]);
}

/** The end of PostgreSQL's own log, for messages. */
export function logTail(cluster: Cluster): string {
  try {
    return readFileSync(cluster.logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  } catch {
    return '(no log)';
  }
}

// 10 MB, one old file kept: years of starts and stops.
const logLimitBytes = 10_000_000;

function openLog(cluster: Cluster): number {
  const size = statSync(cluster.logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimitBytes) renameSync(cluster.logFile, `${cluster.logFile}.1`);
  const log = openSync(cluster.logFile, 'a', 0o600);
  if (cluster.user !== undefined) chownSync(cluster.logFile, cluster.user.uid, cluster.user.gid);
  return log;
}

/** In a process group of its own: a second Ctrl-C would end what stops or makes the cluster, and leave it as it was just then. */
function run(cluster: Cluster, file: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...credentials(cluster.user),
      cwd: '/',
      // LC_ALL: messages in English whatever the machine speaks, since we read some of them.
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    child.once('error', (error) => reject(failure(cluster, file, messageOf(error), error)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(failure(cluster, file, said.trim() || `it ended with ${signal ?? code}`));
    });
  });
}

/** Says which folder is closed when PostgreSQL's user cannot get to its files: a home folder of mode 0700, for example. */
export function failure(cluster: Cluster, file: string, detail: string, cause?: unknown): StartError {
  if (cluster.user !== undefined) {
    const closed = closedFolder(file, cluster.user) ?? closedFolder(cluster.clusterDir, cluster.user);
    if (closed !== undefined) {
      return new StartError(
        `PostgreSQL runs as the user ${cluster.user.name}, because it refuses root, and that user may not enter ${closed}. ` +
          `Start the service as an ordinary user, open the folder (chmod o+x), put project and DATA_DIR elsewhere, or set DATABASE_URL.`,
        cause,
      );
    }
  }
  return new StartError(`${path.basename(file)} failed: ${detail}`, cause);
}
