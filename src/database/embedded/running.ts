import { rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../../errors.js';
import { StartError } from '../start-error.js';
import { failure, launch, logTail, stopCluster, type Cluster } from './cluster.js';
import { isPostmaster, readPostmasterFile } from './postmaster-file.js';

// Recovery after a power cut reads up to 1 GB of log; an ordinary start takes 0.1 s.
const startWithinMs = 60_000;
const pollMs = 15;

/**
 * A session on the cluster, which is started when it does not run and adopted when it does
 * (after `kill -9` of the service the postmaster lives on).
 * @param fixedPort the port that must be used again, since others hold its address
 */
export async function connectRunning(
  cluster: Cluster,
  password: string,
  applicationName: string,
  fixedPort?: number,
): Promise<{ client: pg.Client; port: number }> {
  const deadline = Date.now() + startWithinMs;
  let launched: Launched | undefined;
  let failures = 0;
  let last = '';
  try {
    while (Date.now() < deadline) {
      const file = readPostmasterFile(cluster.clusterDir);
      if (file !== undefined && isPostmaster(file.pid, cluster.clusterDir)) {
        const { port } = file;
        const answer =
          port === undefined ? 'starting' : await connect(cluster, port, password, applicationName);
        if (typeof answer === 'string') last = answer;
        else if (port !== undefined) return { client: answer, port };
      } else if (launched === undefined || launched.ended !== undefined) {
        // The port was taken meanwhile, another process was quicker, or the sessions of a killed postmaster still hold
        // its memory: all pass. What fails five times in a row does not.
        if (launched?.ended !== undefined && ++failures === 5) {
          throw failure(
            cluster,
            cluster.binaries.postgres,
            `${launched.ended}; its log ends with\n${logTail(cluster)}`,
          );
        }
        await delay(100 * failures);
        if (file !== undefined) await removeStaleFile(cluster.clusterDir, file.pid);
        launched = start(cluster, fixedPort ?? (await freePort()));
      }
      await delay(pollMs);
    }
    throw new StartError(
      `The embedded PostgreSQL in ${cluster.clusterDir} did not answer within ${startWithinMs / 1000} s: ${last}; its log ends with\n${logTail(cluster)}`,
    );
  } catch (error) {
    // Nobody would know of it.
    if (launched !== undefined && launched.ended === undefined)
      await stopCluster(cluster).catch(() => undefined);
    throw error;
  }
}

interface Launched {
  /** Why the child is gone, once it is. */
  ended: string | undefined;
}

function start(cluster: Cluster, port: number): Launched {
  const launched: Launched = { ended: undefined };
  const child = launch(cluster, port);
  child.once('error', (error) => (launched.ended = messageOf(error)));
  child.once('exit', (code, signal) => (launched.ended = `it ended with ${code ?? signal ?? 'nothing'}`));
  return launched;
}

/** PostgreSQL itself takes a file away whose process is gone, but not when the id belongs to some other program by now. */
async function removeStaleFile(clusterDir: string, pid: number): Promise<void> {
  const now = readPostmasterFile(clusterDir);
  if (now?.pid === pid && !isPostmaster(pid, clusterDir))
    await rm(path.join(clusterDir, 'postmaster.pid'), { force: true });
}

/** A session, or why there is none yet. */
async function connect(
  cluster: Cluster,
  port: number,
  password: string,
  applicationName: string,
): Promise<pg.Client | string> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined); // whoever takes the session listens for its end
  try {
    await client.connect();
    const { rows } = await client.query<{ dir: string }>(`SELECT current_setting('data_directory') AS dir`);
    if (rows[0]?.dir === cluster.clusterDir) return client;
    await client.end();
    return `port ${port} belongs to the cluster ${rows[0]?.dir ?? '?'}`;
  } catch (error) {
    await client.end().catch(() => undefined);
    if ((error as { code?: unknown }).code === '28P01') {
      throw new StartError(
        `The password kept in ${cluster.homeDir} is not the one of its cluster. Put the file back, or remove the whole folder to start with an empty database.`,
        error,
      );
    }
    return messageOf(error);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
