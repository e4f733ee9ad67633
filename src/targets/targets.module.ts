import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { TargetConfig } from '../config/target-config.js';
import { Halts } from '../saga/halts.js';
import { Targets } from '../solutions/ports/target.js';
import { TargetProbe } from '../solutions/target-probe.js';
import { HaltsOfTargets } from './halts-of-targets.js';
import { ProbeOfTargets } from './probe-of-targets.js';
import { ConfiguredTargets } from './targets.js';

/** `Targets` for all rooms, and one debug line per call to a target. */
@Module({})
export class TargetsModule implements OnApplicationShutdown {
  constructor(private readonly targets: ConfiguredTargets) {}

  static for(configs: readonly TargetConfig[]): DynamicModule {
    return {
      module: TargetsModule,
      global: true,
      providers: [
        {
          provide: ConfiguredTargets,
          inject: [PinoLogger],
          useFactory: (pino: PinoLogger) => {
            const log = pino.logger.child({ room: 'targets' });
            return new ConfiguredTargets(configs, (call) => log.debug(call, 'call'));
          },
        },
        { provide: Targets, useExisting: ConfiguredTargets },
        { provide: TargetProbe, useClass: ProbeOfTargets },
        { provide: Halts, useClass: HaltsOfTargets },
      ],
      exports: [Targets, TargetProbe, Halts, ConfiguredTargets],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.targets.close();
  }
}
