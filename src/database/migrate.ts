import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/list.js';
import { dataSourceOptions } from './data-source.js';
import { unreachable } from './errors.js';
import { retryingDeadlock } from './retry-deadlock.js';

// Locks are apart for each database, so any number of our own will do.
const migrationKey = 7_276_002;

/**
 * Processes of the release before go on writing beside a migration, some in one order of tables and some in the other, and a
 * start that fails would fail again: it begins anew, each time after the second in which PostgreSQL finds the deadlock.
 */
const mostDeadlocks = 30;

/**
 * Brings the schema up to date. Of several processes that start at once one migrates, the others wait for it.
 * Each migration is one transaction.
 * @throws StartError when the database cannot be reached
 */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the statement that needs the session reports its loss
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(url, error);
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationKey]);
    const source = new DataSource({
      ...dataSourceOptions(url),
      migrations,
      // A migration may take longer than the statements of a running service.
      extra: { options: '-c jit=off' },
    });
    await source.initialize();
    try {
      await retryingDeadlock(() => source.runMigrations({ transaction: 'each' }), mostDeadlocks);
    } finally {
      await source.destroy();
    }
  } finally {
    await client.end();
  }
}
