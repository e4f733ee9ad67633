import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { BuiltInTarget } from './built-in-target.js';
import { startBuiltInTarget } from './built-in-target.js';
import type { Config } from './config/config.js';
import type { OpenDatabase } from './database/open-database.js';
import { openDatabase } from './database/open-database.js';
import { StartError } from './database/start-error.js';
import { messageOf } from './errors.js';
import { createHttpApp } from './http/create-http-app.js';
import { setUpOpenApi } from './http/openapi.js';
import { openApiOptions } from './solutions/openapi.js';
import { watch } from './watch.js';

export interface Service {
  readonly url: string;
  /** Begins nothing more, lets the calls in the air end, hands the rest back, closes. */
  stop(): Promise<void>;
}

/** How long a stop may take before it is cut short: as a kill would be, which loses nothing either. */
const stopWithinMs = 25_000;

/**
 * A signal to the process group reaches npm and this process, and npm hands its own on: it may come twice within
 * milliseconds. Taken for two it cut every reader off and left the embedded PostgreSQL behind.
 */
const sameSignalMs = 1_000;

/** Everything that runs in one process, started in the order it needs and stopped in reverse. */
export async function startService(config: Config): Promise<Service> {
  // Before the database: a signal during start must not leave it behind.
  let stopping: (() => Promise<void>) | undefined;
  let log: ((text: string) => void) | undefined;
  let askedMs: number | undefined;
  const stopOnSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (askedMs === undefined) {
      askedMs = nowMs;
      log?.(`${signal}: the service stops`);
      void endProcess(stopping);
    } else if (nowMs - askedMs > sameSignalMs) process.exit(1); // asked twice
  };
  process.on('SIGTERM', stopOnSignal);
  process.on('SIGINT', stopOnSignal);

  const database = await openDatabase(config.database, (error) => {
    console.error(error.message);
    process.exit(1);
  });
  stopping = () => database.close();
  try {
    const builtIn = config.targets === undefined ? await startBuiltInTarget(database.url) : undefined;
    const app = await startApp(config, database, builtIn);
    const logger = app.get(Logger);
    log = (text) => logger.log(text);
    const stop = async (): Promise<void> => {
      await app.close();
      await builtIn?.simulator.stop();
      await database.close();
      logger.log('the service has stopped');
    };
    stopping = stop;
    return { url: await addressOf(app), stop };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startApp(
  config: Config,
  database: OpenDatabase,
  builtIn: BuiltInTarget | undefined,
): Promise<NestFastifyApplication> {
  const targets = config.targets ?? (builtIn === undefined ? [] : [builtIn.config]);
  const app = await createHttpApp(
    AppModule.for({ config, databaseUrl: database.url, soleProcess: database.embedded, targets }),
  );
  if (config.role !== 'worker') setUpOpenApi(app, openApiOptions);
  watch(app, config.role);
  try {
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    await app.close();
    throw new StartError(
      `Cannot listen on ${config.http.host}:${config.http.port}: ${messageOf(error)}. Set PORT or HOST.`,
      error,
    );
  }
  if (builtIn !== undefined) {
    console.log(`simulator ${builtIn.simulator.url}`);
    app
      .get(Logger)
      .warn('No TARGETS: target "lab" is a simulated platform inside this process. Nothing real is changed.');
  }
  return app;
}

async function addressOf(app: NestFastifyApplication): Promise<string> {
  const url = await app.getUrl();
  return url.replace('[::1]', 'localhost');
}

async function endProcess(stop: (() => Promise<void>) | undefined): Promise<void> {
  const late = setTimeout(() => {
    console.error(`not stopped within ${stopWithinMs / 1_000} s: ending; the next start takes over`);
    process.exit(1);
  }, stopWithinMs);
  late.unref();
  try {
    await stop?.();
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
