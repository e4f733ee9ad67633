import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { postgresUser } from '../../src/database/embedded/os-user.js';
import { urlOf } from '../support/postgres-admin.js';
import { freshDatabase } from '../support/postgres.js';

/** A database with a role of its own that limits apply to (they do not to a superuser), and somebody to look after it. */
export interface Limited {
  /** As the service uses it. */
  readonly url: string;
  readonly role: string;
  /** Its name. */
  readonly database: string;
  /** A session of the administrator on it. */
  readonly admin: pg.Client;
}

export async function limitedDatabase(): Promise<Limited> {
  const fresh = await freshDatabase();
  const database = new URL(fresh.url).pathname.slice(1);
  const role = `role_${database}`;
  const { adminUrl } = inject('postgres');
  const server = new pg.Client({ connectionString: adminUrl });
  await server.connect();
  await server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'limited'`);
  const admin = new pg.Client({ connectionString: urlOf(adminUrl, database) });
  admin.on('error', () => undefined);
  await admin.connect();
  await admin.query(`
    GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role};
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
  onTestFinished(async () => {
    await admin.end();
    await fresh.drop();
    await server.query(`DROP ROLE ${role}`);
    await server.end();
  });
  const url = new URL(fresh.url);
  url.username = role;
  url.password = 'limited';
  return { url: url.href, role, database, admin };
}

/** Sessions that are open already keep what they have. */
export const endSessions = ({ admin, role }: Limited): Promise<unknown> =>
  admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1', [role]);

/** @returns what mends it */
export type Inflict = (limited: Limited) => Promise<() => Promise<unknown>>;

/** No session more for the role, as when `max_connections` is reached. */
export const connectionLimit: Inflict = async (limited) => {
  await limited.admin.query(`ALTER ROLE ${limited.role} CONNECTION LIMIT 0`);
  await endSessions(limited);
  return () => limited.admin.query(`ALTER ROLE ${limited.role} CONNECTION LIMIT -1`);
};

/** As a standby is before it is promoted. Sessions opened meanwhile stay so: they have to be given up. */
export const readOnly: Inflict = async (limited) => {
  const { admin, database } = limited;
  await admin.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
  await endSessions(limited);
  return () => admin.query(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
};

/** Somebody holds the tables, and whatever waits for them is cancelled as at its time-out. */
export const statementTimeout: Inflict = async ({ admin, role }) => {
  const holder = new pg.Client({
    connectionString: urlOf(inject('postgres').adminUrl, admin.database ?? ''),
  });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE operation, solution, worker IN ACCESS EXCLUSIVE MODE');
  const canceller = setInterval(() => {
    admin
      .query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
         WHERE usename = $1 AND wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '200 ms'`,
        [role],
      )
      .catch(() => undefined);
  }, 50);
  return async () => {
    clearInterval(canceller);
    await holder.end();
  };
};

/**
 * The disk that holds the events is full: a file system of 8 MB where this user may mount one (root on Linux), else a
 * trigger that says what PostgreSQL says then.
 */
export const diskFull: Inflict = async (limited) => {
  const dir = mountSmall();
  if (dir === null) return fullByTrigger(limited);
  const { admin, database } = limited;
  const space = `space_${database}`;
  await admin.query(`CREATE TABLESPACE ${space} LOCATION '${path.join(dir, 'space')}'`);
  for (const table of ['event', 'operation_input', 'operation_progress']) {
    // A page for each row: no place is left in those that are there.
    await admin.query(`ALTER TABLE ${table} SET TABLESPACE ${space}, SET (fillfactor = 10)`);
  }
  onTestFinished(async () => {
    for (const table of ['event', 'operation_input', 'operation_progress']) {
      await admin.query(`ALTER TABLE ${table} SET TABLESPACE pg_default`);
    }
    await admin.query(`DROP TABLESPACE ${space}`);
    execFileSync('umount', [dir]);
    rmSync(dir, { recursive: true });
  });
  const ballast = path.join(dir, 'ballast');
  fill(ballast, dir);
  return () => rm(ballast, { force: true });
};

function mountSmall(): string | null {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0755', 'none', dir], { stdio: 'ignore' });
  } catch {
    console.warn('*** No small disk can be mounted here: a trigger says that the disk is full ***');
    rmSync(dir, { recursive: true });
    return null;
  }
  const space = path.join(dir, 'space');
  execFileSync('mkdir', [space]);
  const user = postgresUser(space);
  if (user !== undefined) chownSync(space, user.uid, user.gid);
  return dir;
}

function fill(file: string, dir: string): void {
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(file, Buffer.alloc(bavail * bsize));
}

async function fullByTrigger({ admin }: Limited): Promise<() => Promise<unknown>> {
  await admin.query(`
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no_room()`);
  return () => admin.query('DROP TRIGGER no_room ON event');
}
