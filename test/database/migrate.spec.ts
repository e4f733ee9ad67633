import pg from 'pg';
import { expect, it } from 'vitest';
import { migrations } from '../../migrations/list.js';
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
