import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { asUnavailable, spoilsSession } from './errors.js';
import { asQuery } from './prepared.js';

/** What a statement needs; a transaction is passed as the first argument, never ambient. */
export interface Queryable {
  // The caller says what the rows look like, beside the SQL that makes them so.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  query<R extends QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: R[]; rowCount: number | null }>;
}

/**
 * The pool of the statements that are written by hand: engine, messages, commands.
 * A database that is away or in trouble is an AppError of kind `unavailable`, with the driver's error as its cause.
 */
export class Database implements Queryable {
  constructor(readonly pool: Pool) {}

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  async query<R extends QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: R[]; rowCount: number | null }> {
    try {
      return await this.pool.query<R>(asQuery(text, values));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED); rolls back when it throws.
   * When the connection is lost at COMMIT, nobody knows whether it was committed: repeat only what is safe to repeat.
   */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw asUnavailable(error);
    }
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({ query: (text, values) => client.query(asQuery(text, values)) });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // One that waits for an answer would let the ROLLBACK wait as long again; a lost session is rolled back anyway.
      if (error instanceof Error && spoilsSession(error)) broken = error;
      else {
        await client.query('ROLLBACK').catch((failure: unknown) => {
          broken = failure instanceof Error ? failure : new Error(String(failure));
        });
      }
      throw asUnavailable(error);
    } finally {
      client.release(broken);
    }
  }
}
