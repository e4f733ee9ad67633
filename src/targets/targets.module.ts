import type { DynamicModule, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import type { TargetConfig } from '../config/target-config.js';
import { Halts } from '../saga/halts.js';
import { Pauses } from '../solutions/pauses/pauses.js';
import { Targets } from '../solutions/ports/target.js';
import { TargetProbe } from '../solutions/target-probe.js';
import { HaltsOfTargets } from './halts-of-targets.js';
import { logBreakers } from './log-breakers.js';
import { ProbeOfTargets } from './probe-of-targets.js';
import { TargetMetrics } from './target-metrics.js';
import { ConfiguredTargets } from './targets.js';

/** `Targets` for all rooms; one debug line per call to a target, and metrics. */
@Module({})
export class TargetsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly targets: ConfiguredTargets,
    private readonly metrics: TargetMetrics,
    private readonly pauses: Pauses,
    private readonly pino: PinoLogger,
  ) {}

  static for(configs: readonly TargetConfig[]): DynamicModule {
    return {
      module: TargetsModule,
      global: true,
      providers: [
        {
          provide: TargetMetrics,
          inject: [Registry],
          useFactory: (registry: Registry) => new TargetMetrics(registry),
        },
        {
          provide: ConfiguredTargets,
          inject: [PinoLogger, TargetMetrics],
          useFactory: (pino: PinoLogger, metrics: TargetMetrics) => {
            const log = pino.logger.child({ room: 'targets' });
            return new ConfiguredTargets(configs, (call) => {
              metrics.count(call);
              log.debug(call, 'call');
            });
          },
        },
        { provide: Targets, useExisting: ConfiguredTargets },
        { provide: TargetProbe, useClass: ProbeOfTargets },
        { provide: Halts, useClass: HaltsOfTargets },
      ],
      exports: [Targets, TargetProbe, Halts, ConfiguredTargets],
    };
  }

  onModuleInit(): void {
    this.metrics.watch(this.targets, this.pauses);
    logBreakers(this.targets, this.pino.logger.child({ room: 'targets' }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.targets.close();
  }
}
