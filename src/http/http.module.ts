import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { Registry } from 'prom-client';
import { Database } from '../database/database.js';
import { AuthGuard } from './auth.guard.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { makeRegistry } from './metrics.js';
import { OpenRequests } from './open-requests.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemsController } from './problems.controller.js';
import { ReadinessChecks } from './readiness.js';
import { RouteTable } from './route-table.js';
import { ValidationPipe } from './validate.js';

/** Sign-in, validation, problem documents, health and metrics for every controller; needs `Config` and `Database`. */
@Global()
@Module({
  controllers: [HealthController, MetricsController, ProblemsController],
  providers: [
    RouteTable,
    OpenRequests,
    { provide: Registry, useFactory: makeRegistry },
    { provide: ReadinessChecks, inject: [Database], useFactory: checksWithDatabase },
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [ReadinessChecks, Registry, RouteTable],
})
export class HttpModule {}

function checksWithDatabase(database: Database): ReadinessChecks {
  const checks = new ReadinessChecks();
  checks.add({
    name: 'database',
    check: async () => {
      await database.query('SELECT 1');
      return { ok: true };
    },
  });
  return checks;
}
