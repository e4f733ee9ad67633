import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findBinaries } from '../../src/database/embedded/binaries.js';
import { initialise, launch, makeHome, type Cluster } from '../../src/database/embedded/cluster.js';
import { postgresUser } from '../../src/database/embedded/os-user.js';
import { isPostmaster, readPostmasterFile } from '../../src/database/embedded/postmaster-file.js';

const startWithinMs = 60_000;
const password = 'own';

/** A PostgreSQL that a test may stop, kill, freeze and copy. Always on the same port. */
export class OwnPostgres {
  private constructor(
    private readonly cluster: Cluster,
    readonly port: number,
  ) {}

  /** @param durable with fsync: what was committed must live through a kill of the machine, not only of the process */
  static async create({ durable = false, maxConnections = 200 } = {}): Promise<OwnPostgres> {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'own-postgres-'));
    await chmod(dir, 0o755); // PostgreSQL's user has to pass it where the tests run as root
    const homeDir = path.join(dir, 'postgres');
    const user = postgresUser(path.join(homeDir, 'cluster'));
    await makeHome(homeDir, user);
    const cluster: Cluster = {
      binaries: await findBinaries(),
      homeDir,
      clusterDir: path.join(homeDir, 'cluster'),
      logFile: path.join(homeDir, 'postgres.log'),
      user,
      durable,
      maxConnections,
    };
    await initialise(cluster, password);
    return new OwnPostgres(cluster, await freePort());
  }

  /** Of the database that every cluster has. */
  get url(): string {
    return `postgres://postgres:${password}@127.0.0.1:${this.port}/postgres`;
  }

  get dir(): string {
    return this.cluster.clusterDir;
  }

  /** Returns when it answers and takes changes. */
  async start(): Promise<void> {
    launch(this.cluster, this.port);
    const endMs = Date.now() + startWithinMs;
    for (;;) {
      const client = new pg.Client({ connectionString: this.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        const { rows } = await client.query<{ ready: boolean }>('SELECT NOT pg_is_in_recovery() AS ready');
        if (rows[0]?.ready !== true) throw new Error('in recovery');
        await client.end();
        return;
      } catch (error) {
        await client.end().catch(() => undefined);
        if (Date.now() > endMs)
          throw new Error(`PostgreSQL did not start: ${readFileSync(this.cluster.logFile, 'utf8')}`, {
            cause: error,
          });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** `immediate` is a crash: no checkpoint, recovery at the next start. Returns when it is gone. */
  stop(mode: 'fast' | 'immediate' = 'fast'): void {
    const { binaries, clusterDir, user } = this.cluster;
    if (!this.isRunning) return;
    execFileSync(binaries.pg_ctl, ['stop', '-D', clusterDir, '-m', mode, '-w', '-t', '60'], {
      cwd: '/',
      stdio: 'ignore',
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
  }

  get isRunning(): boolean {
    const file = readPostmasterFile(this.dir);
    return file !== undefined && isPostmaster(file.pid, this.dir);
  }

  /** Nothing answers and nothing is refused, as behind a cut line. */
  freeze(): void {
    for (const pid of this.processes()) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.processes()) signal(pid, 'SIGCONT');
  }

  /** The next start recovers from an archive, up to where the settings say. */
  async recover(settings: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    await appendFile(path.join(this.dir, 'postgresql.auto.conf'), lines.join(''));
    await appendFile(path.join(this.dir, 'recovery.signal'), '');
  }

  /** Another cluster with the files this one has now, on the same port: one of the two may run. Stop this one first. */
  async copy(): Promise<OwnPostgres> {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'own-postgres-'));
    await chmod(dir, 0o755);
    const homeDir = path.join(dir, 'postgres');
    await makeHome(homeDir, this.cluster.user);
    const clusterDir = path.join(homeDir, 'cluster');
    // With its owners, which Node's own copy leaves out.
    execFileSync('cp', ['-a', this.dir, clusterDir]);
    const cluster = { ...this.cluster, homeDir, clusterDir, logFile: path.join(homeDir, 'postgres.log') };
    return new OwnPostgres(cluster, this.port);
  }

  async remove(): Promise<void> {
    this.thaw();
    this.stop('immediate');
    await rm(path.dirname(this.cluster.homeDir), { recursive: true, force: true });
  }

  /** The postmaster and its children. */
  private processes(): number[] {
    const file = readPostmasterFile(this.dir);
    if (file === undefined || !isPostmaster(file.pid, this.dir)) return [];
    return [file.pid, ...childrenOf(file.pid)];
  }
}

function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([one = 0]) => one);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
