import path from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/database/migrate.js';
import type { Change } from '../../src/saga/progress.js';
import { OwnPostgres } from '../support/own-postgres.js';

const name = 'onboarding';
const role = 'service';

/**
 * What the engine writes down of steps and actions, with the time, in the same commit: its own rows are folded together,
 * and say in the end only how everything stood last.
 */
const keepIntents = `
  CREATE SCHEMA chaos;
  CREATE TABLE chaos.progress (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz, operation_id uuid, change json);
  CREATE FUNCTION chaos.keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO chaos.progress (at, operation_id, change) VALUES (clock_timestamp(), NEW.operation_id, NEW.change);
    RETURN NULL;
  END $$;
  CREATE TRIGGER keep AFTER INSERT ON operation_progress FOR EACH ROW EXECUTE FUNCTION chaos.keep()`;

/** One action as it was written down at one time, ms since 1970. */
export interface WrittenAction {
  readonly atMs: number;
  readonly operationId: string;
  readonly key: string;
  readonly state: string;
}

/** The one PostgreSQL of a run, with fsync, and all that can happen to it. The service is an ordinary role on it. */
export class RunDatabase {
  private constructor(private readonly postgres: OwnPostgres) {}

  static async start(): Promise<RunDatabase> {
    const postgres = await OwnPostgres.create({ durable: true, maxConnections: 150 });
    const database = new RunDatabase(postgres);
    await postgres.start();
    await database.administer(`CREATE ROLE ${role} LOGIN PASSWORD 'service'`);
    await database.administer(`CREATE DATABASE ${name} OWNER ${role}`);
    await migrate(database.url);
    await database.rows(keepIntents);
    return database;
  }

  /** As the service uses it. */
  get url(): string {
    const url = new URL(this.postgres.url);
    [url.username, url.password, url.pathname] = [role, 'service', `/${name}`];
    return url.href;
  }

  get logFile(): string {
    return path.join(this.postgres.dir, '..', 'postgres.log');
  }

  crash(): void {
    this.postgres.stop('immediate');
  }

  stop(): void {
    this.postgres.stop('fast');
  }

  start(): Promise<void> {
    return this.postgres.start();
  }

  freeze(): void {
    this.postgres.freeze();
  }

  thaw(): void {
    this.postgres.thaw();
  }

  async endSessions(): Promise<void> {
    await this.administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
  }

  async setReadOnly(isReadOnly: boolean): Promise<void> {
    const what = isReadOnly
      ? 'SET default_transaction_read_only = on'
      : 'RESET default_transaction_read_only';
    await this.administer(`ALTER DATABASE ${name} ${what}`);
    if (isReadOnly) await this.endSessions();
  }

  async setFull(isFull: boolean): Promise<void> {
    await this.administer(`ALTER ROLE ${role} CONNECTION LIMIT ${isFull ? 0 : -1}`);
    if (isFull) await this.endSessions();
  }

  async rows<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<R>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** In the order in which they were written. */
  async writtenActions(): Promise<WrittenAction[]> {
    const rows = await this.rows<{ at_ms: number; operation_id: string; change: Change }>(
      'SELECT extract(epoch FROM at)::float8 * 1000 AS at_ms, operation_id, change FROM chaos.progress ORDER BY id',
    );
    return rows.flatMap(({ at_ms, operation_id, change }) =>
      (change.actions ?? []).map(({ position, number, state = 'planned' }) => ({
        atMs: at_ms,
        operationId: operation_id,
        key: `${position}/${number}`,
        state,
      })),
    );
  }

  remove(): Promise<void> {
    return this.postgres.remove();
  }

  private async administer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.postgres.url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }
}
