import { randomUUID } from 'node:crypto';
import type { DynamicModule, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import { Database } from '../database/database.js';
import { Wake } from '../database/wake.js';
import { CarryOut } from './carry-out.js';
import { Committer } from './committer.js';
import { EngineMetrics } from './engine-metrics.js';
import { Halts } from './halts.js';
import { Locks } from './locks.js';
import { logDecision } from './log-decision.js';
import { PlanKeeper } from './plan-keeper.js';
import { Runner } from './runner.js';
import { OperationEnds, Sagas, TargetLimits } from './saga.js';
import { WorkerLease } from './worker-lease.js';

export interface SagaModuleOptions {
  readonly leaseMs: number;
  /** True on the embedded database, which one process holds. */
  readonly soleProcess: boolean;
}

/** The engine of this process. Needs `Sagas`, `TargetLimits`, `OperationEnds`, `PlanKeeper` and `Halts` from whoever knows the business. */
@Module({})
export class SagaModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly runner: Runner) {}

  static for(options: SagaModuleOptions): DynamicModule {
    return {
      module: SagaModule,
      providers: [
        {
          provide: Runner,
          inject: [
            Database,
            Wake,
            Sagas,
            TargetLimits,
            OperationEnds,
            PlanKeeper,
            Halts,
            PinoLogger,
            Registry,
          ],
          useFactory: (
            database: Database,
            wake: Wake,
            sagas: Sagas,
            limits: TargetLimits,
            ends: OperationEnds,
            plans: PlanKeeper,
            halts: Halts,
            pino: PinoLogger,
            registry: Registry,
          ) => {
            const log = pino.logger.child({ room: 'saga' });
            const lease = new WorkerLease(database, randomUUID(), options.leaseMs);
            const metrics = new EngineMetrics(registry);
            const onTrouble = (error: unknown): void => {
              metrics.commitFailures.inc();
              log.warn({ err: error }, 'a commit failed; trying again');
            };
            const committer = new Committer(database, lease, ends, wake, onTrouble);
            const carryOut = new CarryOut(sagas, lease, new Locks(database), plans);
            const runner = new Runner(database, wake, lease, committer, carryOut, sagas, limits, {
              soleProcess: options.soleProcess,
              halts,
              log,
              onDecision: (position, decision) => {
                metrics.count(decision);
                logDecision(log, position, decision);
              },
            });
            metrics.watch(runner);
            return runner;
          },
        },
      ],
      exports: [Runner],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.start();
  }

  /** Before the relay stops: what is handed back may still cause events. */
  async onModuleDestroy(): Promise<void> {
    await this.runner.stop();
  }
}
