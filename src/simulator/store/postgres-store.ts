import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Change, LogLine, StoredRecord } from '../world/records.js';
import type { Store } from './store.js';

/** Any number: two simulators on one schema would overwrite each other, so the second one does not start. */
const LOCK_SPACE = 0x51_30;
/** The server of a killed simulator's session needs a moment to notice that it is alone. */
const LOCK_PATIENCE_MS = 3_000;
const LOCK_POLL_MS = 100;

/** World and log in a schema of its own, which it creates. One transaction a commit: an effect and its log lines together. */
export class PostgresStore implements Store {
  private client: pg.Client | null = null;
  private readonly schema: string;

  constructor(
    private readonly connectionString: string,
    private readonly schemaName: string,
  ) {
    this.schema = pg.escapeIdentifier(schemaName);
  }

  async load(): Promise<{ records: StoredRecord[]; lastSeq: number } | null> {
    const client = await this.connected();
    // json, not jsonb: keeps the order of keys as it was written.
    await client.query(`
      create schema if not exists ${this.schema};
      create table if not exists ${this.schema}.record (kind text not null, key text not null, body json not null, primary key (kind, key));
      create table if not exists ${this.schema}.effect (seq bigint primary key, line json not null)`);
    const { rows } = await client.query<StoredRecord>(`select kind, key, body from ${this.schema}.record`);
    if (rows.length === 0) return null;
    rows.sort((a, b) => numericKey(a.key) - numericKey(b.key));
    const last = await client.query<{ seq: string | null }>(
      `select max(seq) as seq from ${this.schema}.effect`,
    );
    return { records: rows, lastSeq: Number(last.rows[0]?.seq ?? 0) };
  }

  async commit({ puts, deletes, log }: Change): Promise<void> {
    await this.transaction(async (client) => {
      if (puts.length > 0) await this.upsert(client, puts);
      if (deletes.length > 0)
        await client.query(
          `delete from ${this.schema}.record where (kind, key) in (select * from unnest($1::text[], $2::text[]))`,
          [deletes.map((d) => d.kind), deletes.map((d) => d.key)],
        );
      if (log.length > 0)
        await client.query(
          `insert into ${this.schema}.effect (seq, line) select * from unnest($1::bigint[], $2::json[])`,
          [log.map((line) => line.seq), log.map((line) => JSON.stringify(line))],
        );
    });
  }

  async replace(records: readonly StoredRecord[]): Promise<void> {
    await this.transaction(async (client) => {
      await client.query(`truncate ${this.schema}.record, ${this.schema}.effect`);
      await this.upsert(client, records);
    });
  }

  async log(after: number, limit: number): Promise<LogLine[]> {
    const client = await this.connected();
    const { rows } = await client.query<{ line: LogLine }>(
      `select line from ${this.schema}.effect where seq > $1 order by seq limit $2`,
      [after, limit],
    );
    return rows.map((row) => row.line);
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end();
  }

  private async upsert(client: pg.Client, records: readonly StoredRecord[]): Promise<void> {
    await client.query(
      `insert into ${this.schema}.record (kind, key, body) select * from unnest($1::text[], $2::text[], $3::json[])
       on conflict (kind, key) do update set body = excluded.body`,
      [records.map((r) => r.kind), records.map((r) => r.key), records.map((r) => JSON.stringify(r.body))],
    );
  }

  private async transaction(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = await this.connected();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      // Whether it stands is not known here: the connection goes, and the owner loads what the database holds.
      this.client = null;
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  private async connected(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = new pg.Client({ connectionString: this.connectionString, application_name: 'simulator' });
    client.on('error', () => {
      if (this.client === client) this.client = null;
    });
    await client.connect();
    if (!(await this.owns(client))) {
      await client.end();
      throw new Error(`another simulator owns the schema ${this.schemaName}`);
    }
    this.client = client;
    return client;
  }

  private async owns(client: pg.Client): Promise<boolean> {
    for (let waitedMs = 0; ; waitedMs += LOCK_POLL_MS) {
      const { rows } = await client.query<{ owned: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as owned',
        [LOCK_SPACE, this.schemaName],
      );
      if (rows[0]?.owned) return true;
      if (waitedMs >= LOCK_PATIENCE_MS) return false;
      await wait(LOCK_POLL_MS);
    }
  }
}

const numericKey = (key: string): number => Number(key.split('/').at(-1));
