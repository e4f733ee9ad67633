import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { messageOf } from '../../errors.js';
import { StartError } from '../start-error.js';
import { findBinaries } from './binaries.js';
import { initialise, makeHome, stopCluster, type Cluster } from './cluster.js';
import { postgresUser } from './os-user.js';
import { keptPassword } from './password.js';
import { connectRunning } from './running.js';

export interface EmbeddedPostgresOptions {
  /** The cluster lives in `<dataDir>/postgres`. */
  readonly dataDir: string;
  /** False only for tests: no fsync. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  /** Told when the cluster was lost and another process has it now: end the process. */
  readonly onLost?: (error: Error) => void;
}

const databaseName = 'onboarding';
// Any number that nobody else uses; locks of the database `postgres` are apart from those of ours.
const holdKey = 7_276_001;
// The session of a process that was killed ends with its socket, within milliseconds.
const holdWithinMs = 2_000;

/**
 * PostgreSQL on this machine with nothing installed but npm packages. The data directory belongs to one process: it holds
 * a session with an advisory lock for life, which ends with the process however it ends and does not care about reused
 * process ids. When PostgreSQL itself dies, it is started again on the same port.
 */
export class EmbeddedPostgres {
  private readonly log = new Logger(EmbeddedPostgres.name);
  private stopping = false;
  private takingAgain: Promise<void> | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly password: string,
    private readonly port: number,
    private hold: pg.Client,
    private readonly onLost: (error: Error) => void,
  ) {
    this.watch();
  }

  /** @throws StartError */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    try {
      const cluster = await prepare(options);
      const password = await keptPassword(cluster.homeDir);
      if (!exists(cluster.clusterDir)) await initialise(cluster, password);
      const { client, port } = await take(cluster, password);
      await createDatabase(client);
      return new EmbeddedPostgres(cluster, password, port, client, options.onLost ?? (() => undefined));
    } catch (error) {
      if (error instanceof StartError) throw error;
      throw new StartError(
        `The embedded PostgreSQL under ${path.resolve(options.dataDir)} cannot be started: ${messageOf(error)}. Set DATA_DIR to a folder this user may write, or DATABASE_URL.`,
        error,
      );
    }
  }

  /** Address of the service's database, password included. */
  get url(): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.port}/${databaseName}`;
  }

  /** Call it last: every session that is still open is ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.takingAgain;
    await stopCluster(this.cluster);
    await this.hold.end().catch(() => undefined);
  }

  private watch(): void {
    this.hold.once('end', () => {
      if (!this.stopping) this.takingAgain = this.takeAgain();
    });
  }

  private async takeAgain(): Promise<void> {
    this.log.warn(`PostgreSQL ended by itself, see ${this.cluster.logFile}; starting it again.`);
    for (let pauseMs = 100; !this.stopping; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        const { client } = await take(this.cluster, this.password, this.port);
        this.hold = client;
        this.watch();
        this.log.log('PostgreSQL is back.');
        return;
      } catch (error) {
        if (error instanceof HeldByAnother) {
          this.onLost(error);
          return;
        }
        this.log.error(messageOf(error));
        await delay(pauseMs);
      }
    }
  }
}

class HeldByAnother extends StartError {}

async function prepare(options: EmbeddedPostgresOptions): Promise<Cluster> {
  const wantedDir = path.resolve(options.dataDir, 'postgres');
  const user = postgresUser(path.join(wantedDir, 'cluster'));
  await makeHome(wantedDir, user);
  const homeDir = realpathSync(wantedDir); // PostgreSQL names its folder so
  return {
    binaries: await findBinaries(),
    homeDir,
    clusterDir: path.join(homeDir, 'cluster'),
    logFile: path.join(homeDir, 'postgres.log'),
    user,
    durable: options.durable ?? true,
    maxConnections: options.maxConnections ?? 100,
  };
}

/** A session that holds the data directory. */
async function take(
  cluster: Cluster,
  password: string,
  fixedPort?: number,
): Promise<{ client: pg.Client; port: number }> {
  const deadline = Date.now() + holdWithinMs;
  for (;;) {
    const { client, port } = await connectRunning(
      cluster,
      password,
      `solution-onboarding process ${process.pid}`,
      fixedPort,
    );
    try {
      if (await tryHold(client)) return { client, port };
      if (Date.now() > deadline) {
        const holder = await holderOf(client);
        await client.end();
        throw new HeldByAnother(
          `${cluster.homeDir} is in use by ${holder}. One process holds a data directory: stop the other one, give this one another DATA_DIR, or set DATABASE_URL to run several on one database.`,
        );
      }
    } catch (error) {
      if (error instanceof HeldByAnother || Date.now() > deadline) throw error;
      // The former holder is stopping the cluster under us: go round, and start it again.
    }
    await client.end().catch(() => undefined);
    await delay(50);
  }
}

async function tryHold(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
    holdKey,
  ]);
  return rows[0]?.held === true;
}

async function holderOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1 AND l.classid = 0`,
    [holdKey],
  );
  return rows[0]?.name ?? 'another process';
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
}

const exists = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;
