import { Module, type DynamicModule } from '@nestjs/common';
import { Config } from './config.js';

/** `Config` for all rooms. It is loaded before Nest starts, so that nothing starts with bad settings. */
@Module({})
export class ConfigModule {
  static for(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Config, useValue: config }],
      exports: [Config],
    };
  }
}
