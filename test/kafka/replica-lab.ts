import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { TargetConfig } from '../../src/config/target-config.js';
import type { KafkaSettings } from '../../src/messaging/kafka/settings.js';
import { bigTenant, processName } from '../../src/simulator/big-tenant.js';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { ServiceProcess } from '../crash/service-process.js';
import { targetConfig } from '../onboarding/lab.js';
import { ownBroker, type OwnBroker } from '../support/kafka.js';
import { freshDatabase } from '../support/postgres.js';
import type { SentRecord } from './support.js';
import { settingsFor } from './support.js';

/** Solutions of the simulated platform that wait for an account; each has a pair and two Business Processes of its own. */
export const PLATFORM_SOLUTIONS = 24;
const PROCESSES_OF_FIRST = 6;

/** Several processes of the service on one database, one broker and one platform. */
export interface ReplicaLab {
  readonly broker: OwnBroker;
  readonly settings: KafkaSettings;
  readonly simulator: Simulator;
  readonly database: pg.Pool;
  start(): Promise<ServiceProcess>;
}

export async function replicaLab(target: Partial<TargetConfig> = {}): Promise<ReplicaLab> {
  const broker = await ownBroker();
  onTestFinished(() => broker.drop());
  const simulator = await startSimulator({
    startupMs: 20,
    shutdownMs: 20,
    seed: bigTenant({
      businessProcesses: PROCESSES_OF_FIRST + 2 * (PLATFORM_SOLUTIONS - 1),
      solutions: PLATFORM_SOLUTIONS,
      setUp: 0,
      agents: 0,
    }),
  });
  onTestFinished(() => simulator.stop());
  const fresh = await freshDatabase();
  const database = new pg.Pool({ connectionString: fresh.url, max: 3 });
  const dir = await mkdtemp(path.join(os.tmpdir(), 'onboarding-replicas-'));
  onTestFinished(async () => {
    await database.end();
    await fresh.drop();
    await rm(dir, { recursive: true, force: true });
  });
  const targets = path.join(dir, 'targets.json');
  await writeFile(targets, JSON.stringify({ targets: [targetConfig(simulator, target)] }));
  const settings = settingsFor(broker.brokers);
  return {
    broker,
    settings,
    simulator,
    database,
    async start() {
      const service = await ServiceProcess.start({
        DATABASE_URL: fresh.url,
        TARGETS: targets,
        KAFKA_BROKERS: settings.brokers.join(','),
        KAFKA_TOPIC_PREFIX: settings.topicPrefix,
        KAFKA_GROUP_ID: settings.groupId,
        LOG_LEVEL: 'fatal',
      });
      onTestFinished(() => service.end('SIGKILL'));
      return service;
    },
  };
}

const padded = (n: number): string => String(n).padStart(4, '0');

/** The n-th onboarding, from 2: of a server that is there up to PLATFORM_SOLUTIONS, and of none beyond, which fails. */
export function onboarding(n: number): SentRecord & { readonly id: string; readonly key: string } {
  const isThere = n >= 2 && n <= PLATFORM_SOLUTIONS;
  const first = PROCESSES_OF_FIRST + n - 1;
  const key = `solution-${padded(n)}`;
  const data = {
    target: 'lab',
    tenant: 'Environment',
    key,
    interactionServer: `IxnServer_${padded(n)}`,
    businessProcesses: isThere
      ? [processName(first), processName(first + PLATFORM_SOLUTIONS - 1)]
      : [`Nothing ${n}`],
  };
  const id = `onboard-${n}`;
  return {
    id,
    key: `lab/Environment/${key}`,
    value: JSON.stringify(data),
    headers: [
      ['content-type', 'application/json'],
      ['ce_specversion', '1.0'],
      ['ce_id', id],
      ['ce_source', '/tickets'],
      ['ce_type', 'solution-onboarding.command.onboard.v1'],
      ['ce_correlationid', `of-${id}`],
    ],
  };
}

export interface StoredEventRow {
  event_id: string;
  source: string;
  sequence: string | null;
  type: string;
  correlation_id: string | null;
}

/** Every event, in the order of the feed. */
export async function eventsIn(database: pg.Pool): Promise<StoredEventRow[]> {
  const { rows } = await database.query<StoredEventRow>(
    'SELECT event_id, source, sequence, type, correlation_id FROM event ORDER BY cursor',
  );
  return rows;
}

export async function numberOf(database: pg.Pool, sql: string): Promise<number> {
  const { rows } = await database.query<{ n: string }>(`SELECT (${sql}) AS n`);
  return Number(rows[0]?.n);
}
