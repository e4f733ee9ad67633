import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import type { TargetConfig } from './config/target-config.js';
import { DatabaseModule } from './database/database.module.js';
import { HttpModule } from './http/http.module.js';
import { loggingOptions } from './http/logging.js';
import { MessagingModule } from './messaging/messaging.module.js';
import { SagaModule } from './saga/saga.module.js';
import { BackgroundModule } from './solutions/background.module.js';
import { InterfaceModule } from './solutions/interface.module.js';
import { SolutionsModule } from './solutions/solutions.module.js';
import { TargetsModule } from './targets/targets.module.js';

export interface AppOptions {
  readonly config: Config;
  /** Of a database that is there and migrated. */
  readonly databaseUrl: string;
  /** One process holds the database: the embedded one. */
  readonly soleProcess: boolean;
  readonly targets: readonly TargetConfig[];
}

/** The list of rooms; `ROLE` decides whether this process answers, carries on, or both. */
@Module({})
export class AppModule {
  static for({ config, databaseUrl, soleProcess, targets }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(loggingOptions(config.logLevel)),
        ConfigModule.for(config),
        DatabaseModule.for({ url: databaseUrl }),
        HttpModule,
        MessagingModule.for({ kafka: config.kafka ?? null, soleProcess }),
        TargetsModule.for(targets),
        SolutionsModule,
        ...(config.role === 'worker' ? [] : [InterfaceModule]),
        ...(config.role === 'api'
          ? []
          : [BackgroundModule, SagaModule.for({ leaseMs: config.leaseMs, soleProcess })]),
      ],
    };
  }
}
