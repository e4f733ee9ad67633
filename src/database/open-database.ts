import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { migrate } from './migrate.js';

export interface DatabaseSettings {
  /** Absent: the embedded PostgreSQL under `dataDir`. */
  readonly url: string | undefined;
  readonly dataDir: string;
}

/** A database that is there and migrated. Opened before everything else, closed after everything else. */
export interface OpenDatabase {
  readonly url: string;
  readonly embedded: boolean;
  close(): Promise<void>;
}

/**
 * @param onLost told when another process took the embedded cluster over: end the process
 * @throws StartError
 */
export async function openDatabase(
  settings: DatabaseSettings,
  onLost: (error: Error) => void,
): Promise<OpenDatabase> {
  if (settings.url !== undefined) {
    await migrate(settings.url);
    return { url: settings.url, embedded: false, close: () => Promise.resolve() };
  }
  const embedded = await EmbeddedPostgres.start({ dataDir: settings.dataDir, onLost });
  try {
    await migrate(embedded.url);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return { url: embedded.url, embedded: true, close: () => embedded.stop() };
}
