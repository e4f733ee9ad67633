import pg from 'pg';
import { sessionSettings } from './data-source.js';

/** @param onError told of a session that was lost while nobody used it; the pool replaces it by itself */
export function makePool(url: string, maxConnections: number, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: 'solution-onboarding',
    keepAlive: true,
    ...sessionSettings,
  });
  pool.on('error', onError);
  // A session lost between two statements of a transaction reports itself by an event that would end the process;
  // the next statement fails as well, and that is where it is handled.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
