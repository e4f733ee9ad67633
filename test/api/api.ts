import { Global, Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import type * as z from 'zod';
import { ConfigModule } from '../../src/config/config.module.js';
import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { KafkaPrincipal } from '../../src/config/kafka-principals.js';
import type { TargetConfig } from '../../src/config/target-config.js';
import { Database } from '../../src/database/database.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { createHttpApp } from '../../src/http/create-http-app.js';
import { HttpModule } from '../../src/http/http.module.js';
import { loggingOptions } from '../../src/http/logging.js';
import { setUpOpenApi } from '../../src/http/openapi.js';
import { CommandInbox } from '../../src/messaging/incoming-command.js';
import type { KafkaSettings } from '../../src/messaging/kafka/settings.js';
import { MessagingModule } from '../../src/messaging/messaging.module.js';
import { SagaModule } from '../../src/saga/saga.module.js';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.js';
import type { operationSchema } from '../../src/solutions/api-schemas.js';
import { openApiOptions } from '../../src/solutions/openapi.js';
import { Targets } from '../../src/solutions/ports/target.js';
import { OperationWatch } from '../../src/solutions/queries/operation-watch.js';
import { BackgroundModule } from '../../src/solutions/background.module.js';
import { InterfaceModule } from '../../src/solutions/interface.module.js';
import { SolutionsModule } from '../../src/solutions/solutions.module.js';
import { DriftWatch } from '../../src/solutions/verification/drift-watch.js';
import { TargetsModule } from '../../src/targets/targets.module.js';
import { targetConfig } from '../onboarding/lab.js';
import { freshDatabase } from '../support/postgres.js';

export interface ApiOptions {
  /** Whether a worker carries operations out; without, they stay queued. */
  readonly runner?: boolean;
  readonly apiKeys?: NonNullable<Config['auth']>['apiKeys'];
  /** A broker to take commands from; left out: the inbox is given its commands by the test. */
  readonly kafka?: KafkaSettings | null;
  /** Senders of commands; left out: no sign-in. */
  readonly principals?: readonly KafkaPrincipal[] | undefined;
  /** Names of targets; all of them lead to the one simulator. */
  readonly targets?: readonly string[];
  /** Of each of them, where it differs. */
  readonly target?: Partial<TargetConfig>;
  /** Of a migrated database that the test looks after; left out: one of its own. */
  readonly databaseUrl?: string;
  /** Environment variables beside these. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type Operation = z.infer<typeof operationSchema>;

export interface Api {
  readonly http: ReturnType<typeof request>;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly inbox: CommandInbox;
  readonly simulator: Simulator;
  readonly watch: OperationWatch;
  readonly drift: DriftWatch;
  readonly targets: Targets;
  /** Waits for an operation to end. */
  ended(href: string): Promise<Operation>;
}

/** The interface on a database and a simulated platform of the test's own; both go with the test. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const simulator = await startSimulator({ startupMs: 30, shutdownMs: 30 });
  onTestFinished(() => simulator.stop());
  const fresh = options.databaseUrl === undefined ? await freshDatabase() : null;
  if (fresh !== null) onTestFinished(() => fresh.drop());
  const url = options.databaseUrl ?? fresh?.url ?? '';
  const config = configOf(options);
  const targets = (options.targets ?? ['lab']).map((name) =>
    targetConfig(simulator, { ...options.target, name }),
  );
  const app = await createHttpApp(moduleOf(config, url, targets, options));
  setUpOpenApi(app, openApiOptions);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  onTestFinished(() => app.close());
  const http = request(app.getHttpServer());
  return {
    http,
    database: app.get(Database),
    databaseUrl: url,
    inbox: app.get(CommandInbox),
    watch: app.get(OperationWatch),
    drift: app.get(DriftWatch),
    targets: app.get(Targets),
    simulator,
    async ended(href) {
      for (;;) {
        const body = (await http.get(href).set('prefer', 'wait=5').expect(200)).body as Operation;
        if (body.done) return body;
      }
    },
  };
}

function configOf({ apiKeys, principals, settings = {} }: ApiOptions): Config {
  const auth = apiKeys === undefined ? undefined : { apiKeys };
  // The inbox is given its commands by the tests: no broker is asked.
  const { kafka } = loadConfig({ KAFKA_BROKERS: '127.0.0.1:1' });
  return Object.assign(Object.create(null), loadConfig(settings), {
    auth,
    kafka: { ...kafka, principals },
  }) as Config;
}

function moduleOf(
  config: Config,
  url: string,
  targets: TargetConfig[],
  { runner = false, kafka = null }: ApiOptions,
): DynamicModule {
  @Global()
  @Module({})
  class ApiModule {}
  return {
    module: ApiModule,
    imports: [
      LoggerModule.forRoot(loggingOptions('silent')),
      ConfigModule.for(config),
      DatabaseModule.for({ url }),
      HttpModule,
      MessagingModule.for({ kafka, soleProcess: true }),
      TargetsModule.for(targets),
      SolutionsModule,
      InterfaceModule,
      BackgroundModule,
      ...(runner ? [SagaModule.for({ leaseMs: 10_000, soleProcess: true })] : []),
    ],
  };
}

/** A body that is valid on the simulator as it starts. */
export const onboard = (changes: Record<string, unknown> = {}) => ({
  target: 'lab',
  tenant: 'Environment',
  key: 'retail-email',
  interactionServer: 'IxnServer_Retail',
  businessProcesses: ['Retail Inbound', 'Retail Outbound'],
  ...changes,
});

/** Another solution that shares nothing with `onboard()`. */
export const bank = (changes: Record<string, unknown> = {}) =>
  onboard({
    key: 'bank-chat',
    interactionServer: 'IxnServer_Bank',
    businessProcesses: ['Bank Chat', 'Bank E-mail'],
    ...changes,
  });
