import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { singleConnectionTypes } from '../../src/config/single-connection.js';
import { defaultConventions } from '../../src/config/conventions.js';
import type { TargetConfig } from '../../src/config/target-config.js';
import { Database } from '../../src/database/database.js';
import { CarryOut } from '../../src/saga/carry-out.js';
import { Locks } from '../../src/saga/locks.js';
import { Committer } from '../../src/saga/committer.js';
import { planSaga } from '../../src/saga/plan-saga.js';
import { reading } from '../../src/saga/call.js';
import { Runner } from '../../src/saga/runner.js';
import { Sagas } from '../../src/saga/saga.js';
import type { Saga } from '../../src/saga/saga.js';
import { WorkerLease } from '../../src/saga/worker-lease.js';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { Desired } from '../../src/solutions/desired.js';
import { effects } from '../../src/solutions/effects/effects.js';
import { Claims } from '../../src/solutions/ports/claims.js';
import { sagas as definitions } from '../../src/solutions/sagas/sagas.js';
import { TargetLimitsFromConfig } from '../../src/solutions/target-limits.js';
import { ConfiguredTargets } from '../../src/targets/targets.js';
import { LocalWake, RecordedEnds } from '../saga/engine.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';

class NoClaims extends Claims {
  override heldByOthers() {
    return Promise.resolve([]);
  }
}

export const desired = (changes: Partial<Desired> = {}): Desired => ({
  target: 'lab',
  tenant: 'Environment',
  key: 'retail-email',
  displayName: 'Retail e-mail',
  interactionServer: 'IxnServer_Retail',
  businessProcesses: ['Retail Inbound', 'Retail Outbound', 'Retail Complaints'],
  accessGroup: { name: 'retail-email-account', accessMask: 9 },
  person: {
    userName: 'ixn-retail-email',
    employeeId: 'IXN-RETAIL-EMAIL',
    firstName: 'IxnServer',
    lastName: 'Retail e-mail',
  },
  onExisting: 'refuse',
  isolation: { requireExclusive: false },
  restart: { mode: 'rolling', stopMode: 'graceful-then-forced', startAfter: 'as-found' },
  ...changes,
});

export const claims = (changes: Partial<Desired> = {}): Desired =>
  desired({
    key: 'claims-chat',
    displayName: 'Claims chat',
    interactionServer: 'IxnServer_Claims',
    businessProcesses: ['Claims Intake', 'Claims Review'],
    accessGroup: { name: 'claims-chat-account', accessMask: 9 },
    person: {
      userName: 'ixn-claims-chat',
      employeeId: 'IXN-CLAIMS-CHAT',
      firstName: 'IxnServer',
      lastName: 'Claims chat',
    },
    ...changes,
  });

/** The whole thread on one worker: a simulated platform of the test's own, the real adapters, steps and engine, a database of its own. */
export class Lab {
  private constructor(
    readonly simulator: Simulator,
    readonly test: TestDatabase,
    readonly database: Database,
    readonly targets: ConfiguredTargets,
    readonly sagas: Sagas,
    private readonly runner: Runner,
  ) {}

  static async open(
    options: SimulatorOptions = {},
    config: Partial<TargetConfig> = {},
    claimed: Claims = new NoClaims(),
  ): Promise<Lab> {
    const simulator = await startSimulator({ startupMs: 30, shutdownMs: 30, ...options });
    const test = await freshDatabase();
    const pool = new pg.Pool({ connectionString: test.url, max: 6 });
    pool.on('error', () => undefined);
    const database = new Database(pool);
    const targets = new ConfiguredTargets([targetConfig(simulator, config)]);
    const sagas = new Sagas(
      definitions.map(
        ({ kind, steps }) =>
          ({ kind, steps: steps.map((Step) => new Step(targets, claimed)) }) as unknown as Saga,
      ),
      effects.map((Effect) => new Effect(targets)),
    );
    const lease = new WorkerLease(database, randomUUID(), 10_000);
    const wake = new LocalWake();
    const committer = new Committer(database, lease, new RecordedEnds(), wake, () => undefined);
    const runner = new Runner(
      database,
      wake,
      lease,
      committer,
      new CarryOut(sagas, lease, new Locks(database)),
      sagas,
      new TargetLimitsFromConfig(targets),
      {
        soleProcess: true,
        pollMs: 50,
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      },
    );
    await runner.start();
    return new Lab(simulator, test, database, targets, sagas, runner);
  }

  async accept(wanted: Desired, kind = 'onboarding', solution = uuidv7()): Promise<string> {
    const id = uuidv7();
    await this.database.query(
      `WITH o AS (INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, due_at, created_at, updated_at)
         VALUES ($1, $8, $2, $3, $4, $5, 'queued', $6, clock_timestamp(), clock_timestamp(), clock_timestamp())),
       i AS (INSERT INTO operation_input (operation_id, desired, fingerprint, requested_by) VALUES ($1, $7, '', 'test'))
       INSERT INTO event_stream (source_id) VALUES ($2) ON CONFLICT DO NOTHING`,
      [
        id,
        solution,
        wanted.target,
        wanted.tenant,
        wanted.key,
        this.sagas.saga(kind).steps.map((step) => step.name),
        wanted,
        kind,
      ],
    );
    this.runner.look();
    return id;
  }

  plan(wanted: Desired, kind = 'onboarding', solutionId = uuidv7()) {
    return planSaga(this.sagas.saga(kind), {
      call: reading,
      desired: wanted,
      operationId: uuidv7(),
      solutionId,
      dryRun: true,
      nowMs: Date.now(),
    });
  }

  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.simulator.url}/simulator${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.runner.stop();
    await this.targets.close();
    await this.simulator.stop();
    await this.database.pool.end();
    await this.test.drop();
  }
}

export function targetConfig(simulator: Simulator, changes: Partial<TargetConfig> = {}): TargetConfig {
  const { username, password, bridgeToken: token } = simulator.credentials;
  return {
    name: 'lab',
    objects: { driver: 'gws', baseUrl: simulator.gwsUrl, username, password },
    security: { driver: 'bridge', baseUrl: simulator.bridgeUrl, token },
    control: { driver: 'bridge', baseUrl: simulator.bridgeUrl, token },
    timeoutMs: 2_000,
    maxConcurrent: 16,
    maxPerSecond: 2_000,
    baseAccessGroups: ['Ixn servers base'],
    requiredReads: {
      hosts: true,
      connections: true,
      childScripts: false,
      objects: [{ type: 35, name: 'Media Type' }],
    },
    pairRebind: 'rolling',
    settleMs: 100,
    lateMs: 200,
    singleConnection: singleConnectionTypes,
    verifyEveryMs: 0,
    ignore: [],
    conventions: defaultConventions,
    ...changes,
  };
}
