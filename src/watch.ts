import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import type { ProcessRole } from './config/config.js';
import { Database } from './database/database.js';
import { ReadinessChecks, type ReadinessCheck } from './http/readiness.js';
import { commandLagStatus, lagStatus, measureLag } from './messaging/lag.js';
import { Messaging } from './messaging/messaging.js';
import { Halts } from './saga/halts.js';
import { Runner } from './saga/runner.js';
import { Sagas, TargetLimits } from './saga/saga.js';
import { measureWorkforce, unclaimableStatus, workersStatus } from './saga/workforce.js';

type Check = ReadinessCheck['check'];

/**
 * What of this process shows in readiness and in the metrics. Only what keeps it from its own work makes it unready: without the
 * broker events wait, without a worker operations do, and it is said.
 */
export function watch(app: NestFastifyApplication, role: ProcessRole): void {
  const readiness = app.get(ReadinessChecks);
  const database = app.get(Database);
  const messaging = app.get(Messaging);
  const registry: Registry = app.get(Registry);
  const said = (name: string, check: Check): void => readiness.add({ name, essential: false, check });

  if (role === 'api') said('workers', () => workersStatus(database));
  else {
    const runner = app.get(Runner);
    readiness.add({ name: 'worker', check: () => Promise.resolve(runner.status()) });
  }
  said('kafka', () => Promise.resolve(messaging.status()));
  said('events', () => lagStatus(messaging));
  if (role !== 'worker') said('commands', () => commandLagStatus(messaging));
  said('halts', () => Promise.resolve(haltStatus(app.get(Halts), app.get(TargetLimits).names())));
  said('definitions', () => unclaimableStatus(database, app.get(Sagas)));
  measureLag(registry, messaging);
  measureWorkforce(registry, database);
}

/** What nothing is begun on at the moment, and why. */
function haltStatus(halts: Halts, targets: readonly string[]): Awaited<ReturnType<Check>> {
  const service = halts.ofService();
  const all =
    service === null ? targets.map((target) => halts.of(target) ?? halts.elsewhere(target)) : [service];
  const reasons = all.flatMap((halt) => (halt === null ? [] : [halt.detail]));
  return reasons.length === 0 ? { ok: true } : { ok: false, reason: reasons.join('; ') };
}
