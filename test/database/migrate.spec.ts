import pg from 'pg';
import { DataSource } from 'typeorm';
import { expect, it, vi } from 'vitest';
import { ListsByPlace1764114000000 } from '../../migrations/1764114000000-lists-by-place.js';
import { migrations } from '../../migrations/list.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { StartError } from '../../src/database/start-error.js';
import { emptyDatabase, freshDatabase } from '../support/postgres.js';

async function applied(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migration ORDER BY id');
  await client.end();
  return rows.map((row) => row.name);
}

const all = migrations.map((migration) => migration.name);

it('runs every migration once when five start at the same time on an empty database', async () => {
  const database = await emptyDatabase();
  await Promise.all(Array.from({ length: 5 }, () => migrate(database.url)));
  expect(await applied(database.url)).toEqual(all);
  await database.drop();
});

it('gives each test a database that is migrated already and apart from the others', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  expect(one.url).not.toBe(two.url);
  expect(await applied(one.url)).toEqual(all);
  await Promise.all([one.drop(), two.drop()]);
});

it('says which database cannot be reached, without its password', async () => {
  const failure = await migrate('postgres://someone:secret@127.0.0.1:1/nowhere').catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StartError);
  expect((failure as Error).message).toMatch(
    /127\.0\.0\.1:1\/nowhere cannot be used: .*ECONNREFUSED.*DATABASE_URL/,
  );
  expect((failure as Error).message).not.toContain('secret');
});

/** Waits for a lock of another session. */
const waitingFor = (client: pg.Client) => async (): Promise<boolean> =>
  ((
    await client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~ 'LOCK TABLE'`,
    )
  ).rowCount ?? 0) > 0;

it.each([
  ['as commands write them', 'solution', 'operation'],
  ['as operations end', 'operation', 'solution'],
])(
  'comes to its end beside a process of the release before that takes the tables %s',
  async (_, first, second) => {
    const database = await emptyDatabase();
    const before = migrations.slice(0, migrations.indexOf(ListsByPlace1764114000000));
    const source = await new DataSource({
      ...dataSourceOptions(database.url),
      migrations: before,
    }).initialize();
    await source.runMigrations({ transaction: 'each' });
    await source.destroy();
    const [former, watcher] = [new pg.Client(database.url), new pg.Client(database.url)];
    await Promise.all([former.connect(), watcher.connect()]);
    const take = (table: string) => former.query(`LOCK TABLE ${table} IN ROW EXCLUSIVE MODE`);

    await former.query('BEGIN');
    await take(first);
    const migrated = migrate(database.url);
    await vi.waitUntil(waitingFor(watcher), 10_000);
    await take(second);
    await former.query('COMMIT');
    await migrated;

    expect(await applied(database.url)).toEqual(all);
    await Promise.all([former.end(), watcher.end()]);
    await database.drop();
  },
);
