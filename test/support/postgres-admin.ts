import { randomUUID } from 'node:crypto';
import pg from 'pg';

export function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function createDatabase(adminUrl: string, template?: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(
    adminUrl,
    `CREATE DATABASE ${name} ${template === undefined ? '' : `TEMPLATE ${template}`}`,
  );
  return name;
}

/** Ends the sessions that are left. */
export const dropDatabase = (adminUrl: string, name: string): Promise<void> =>
  withClient(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);

async function withClient(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
