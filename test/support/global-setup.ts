import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { createDatabase, dropDatabase, urlOf } from './postgres-admin.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where databases are made and dropped, and the migrated one they are copied from. */
    postgres: { adminUrl: string; template: string };
  }
}

/** One cluster for a run, without fsync: a migrated template, copied for each test. TEST_DATABASE_URL names one that is there already. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const dataDir = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'onboarding-test-')));
  const embedded =
    given === undefined
      ? await EmbeddedPostgres.start({ dataDir, durable: false, maxConnections: 400 })
      : undefined;
  const adminUrl = given ?? embedded?.url ?? '';
  const template = await createDatabase(adminUrl);
  await migrate(urlOf(adminUrl, template));
  project.provide('postgres', { adminUrl, template });
  return async () => {
    if (embedded === undefined) await dropDatabase(adminUrl, template);
    await embedded?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
