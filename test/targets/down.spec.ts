import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.js';
import type { TargetConfig } from '../../src/config/target-config.js';
import type { Call } from '../../src/saga/call.js';
import type { Effected, ResolvedAction, Seen } from '../../src/saga/effect.js';
import { Effect } from '../../src/saga/effect.js';
import type { Saga } from '../../src/saga/saga.js';
import type { WorkersSeen } from '../../src/solutions/pauses/workers-seen.js';
import type { Pauses } from '../../src/solutions/pauses/pauses.js';
import { sayingHalt } from '../../src/solutions/queries/waits-for-target.js';
import { HaltsOfTargets } from '../../src/targets/halts-of-targets.js';
import { ConfiguredTargets } from '../../src/targets/targets.js';
import type { Engine } from '../saga/engine.js';
import { acceptMany, makeEngine, positionOf, until } from '../saga/engine.js';
import { ListStep, setting } from '../saga/memory-target.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import { sendJson, startStub, type StubServer } from './stub-server.js';
import { conventions } from './stub-target.js';

/** A bridge with access control lists, which can be told to drop every connection. */
class Bridge {
  down = false;
  private readonly masks = new Map<string, number>();
  private constructor(readonly server: StubServer) {}

  static async start(): Promise<Bridge> {
    const bridges: Bridge[] = [];
    const server = await startStub((request, response) => {
      const [bridge] = bridges;
      if (bridge === undefined || bridge.down) {
        response.destroy();
        return;
      }
      if (request.path === '/v1/health') {
        sendJson(response, { configurationServer: 'connected', solutionControlServer: 'connected' });
        return;
      }
      const key = request.path;
      if (request.method === 'PUT') {
        const { entries } = JSON.parse(request.body) as { entries: { accessMask: number }[] };
        bridge.masks.set(key, entries[0]?.accessMask ?? 0);
      }
      const mask = bridge.masks.get(key);
      const entries = mask === undefined ? [] : [{ accountType: 21, accountDbid: 105, accessMask: mask }];
      const [objectType, dbid] = (key.match(/\d+/g) ?? []).slice(-2).map(Number);
      sendJson(response, { objectType, dbid, entries }, 200, { etag: `"${mask ?? 0}"` });
    });
    const bridge = new Bridge(server);
    bridges.push(bridge);
    return bridge;
  }

  /** Calls that reached it, of the work and of the probe. */
  get calls(): { work: number; probes: number } {
    const probes = this.server.requests.filter(({ path }) => path === '/v1/health').length;
    return { work: this.server.requests.length - probes, probes };
  }
}

/** One entry in one list, through the real driver. */
class Entry extends Effect {
  constructor(private readonly targets: ConfiguredTargets) {
    super();
  }
  override handles(): boolean {
    return true;
  }
  override async read(call: Call, action: ResolvedAction): Promise<Seen> {
    const acl = await this.targets.get(action.target).security.readAcl(call, objectOf(action));
    return { image: acl?.entries[0]?.accessMask ?? null, token: acl?.token ?? null };
  }
  override async apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected> {
    const token = 'token' in seen ? (seen.token as string | null) : null;
    const entries = [{ account: { type: 21, dbid: 105 }, accessMask: action.after as number }];
    await this.targets.get(action.target).security.replaceAcl(call, objectOf(action), { entries, token });
    return { effected: 'done' };
  }
  override revert(): Promise<Effected> {
    throw new Error('nothing is undone here');
  }
}

/** Each operation has a list of its own. */
const objectOf = ({ operationId }: ResolvedAction) => ({
  type: 12,
  dbid: Number.parseInt(operationId.replaceAll('-', '').slice(-12), 16) % 1_000_000_007,
});

const saga = {
  kind: 'onboarding',
  steps: [new ListStep('link', [setting('entry', 1, { before: null, after: 9 })])],
} as unknown as Saga;

let test: TestDatabase;
let dead: Bridge;
let alive: Bridge;
let targets: ConfiguredTargets;
let engine: Engine;

const config = (name: string, url: string): TargetConfig => ({
  name,
  objects: { driver: 'gws', baseUrl: `${url}/api/v2`, username: 'u', password: 'p' },
  security: { driver: 'bridge', baseUrl: url, token: 't' },
  control: { driver: 'bridge', baseUrl: url, token: 't' },
  timeoutMs: 500,
  maxConcurrent: 4,
  maxPerSecond: 2_000,
  breaker: { failures: 3, probeAfterMs: 100, maxProbeAfterMs: 400 },
  baseAccessGroups: [],
  requiredReads: { hosts: true, connections: true, childScripts: false, objects: [] },
  pairRebind: 'rolling',
  settleMs: 0,
  lateMs: 100,
  singleConnection: [],
  conventions,
  verifyEveryMs: 0,
  ignore: [],
});

const nothingPaused = {
  known: true,
  of: () => null,
  ofEverything: () => null,
  onChange: () => () => undefined,
} as unknown as Pauses;

const nobodyElse = { breakersOf: (_: string, own: unknown) => own } as unknown as WorkersSeen;
const noRamp = { resumeRampMs: 0 } as unknown as Config;

beforeEach(async () => {
  [test, dead, alive] = await Promise.all([freshDatabase(), Bridge.start(), Bridge.start()]);
  targets = new ConfiguredTargets([config('dead', dead.server.url), config('alive', alive.server.url)]);
  engine = makeEngine(test.url, saga, new Entry(targets) as never, {
    targets: ['dead', 'alive'],
    halts: new HaltsOfTargets(nothingPaused, targets, nobodyElse, noRamp),
  });
  await engine.runner.start();
});
afterEach(async () => {
  await engine.runner.stop();
  await engine.close();
  await targets.close();
  await Promise.all([test.drop(), dead.server.stop(), alive.server.stop()]);
});

const count = async (condition: string): Promise<number> =>
  (await engine.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM operation WHERE ${condition}`))
    .rows[0]?.n ?? 0;

describe('A target that is down', () => {
  it('is asked by one probe only, costs other targets and its own operations nothing, and goes on by itself', async () => {
    dead.down = true;
    await acceptMany(engine.database, saga, 150, 'e', 'dead');
    engine.runner.look();
    await until('it is found down', () =>
      Promise.resolve(targets.get('dead').breakers().security.state === 'open'),
    );
    await until(
      'nobody has it in hand',
      async () => (await count(`target = 'dead' AND owner IS NOT NULL`)) === 0,
    );

    const before = dead.calls;
    const versions = await count(`target = 'dead' AND version > 1`);
    await acceptMany(engine.database, saga, 60, 'e', 'alive');
    engine.runner.look();
    await until(
      'the other target has ended',
      async () => (await count(`target = 'alive' AND ended_at IS NOT NULL`)) === 60,
    );
    await until('it was probed', () => Promise.resolve(dead.calls.probes >= before.probes + 3));
    expect(dead.calls.work).toBe(before.work);
    expect(before.work).toBeLessThan(40);
    expect(await count(`target = 'dead' AND version > 1`)).toBe(versions);
    expect(await count(`target = 'dead' AND state NOT IN ('queued', 'running')`)).toBe(0);

    dead.down = false;
    await until('all have ended', async () => (await count('ended_at IS NULL')) === 0);
    expect(await count(`state <> 'completed'`)).toBe(0);
    const { rows } = await engine.database.query<{ id: string }>('SELECT id FROM operation');
    const positions = await Promise.all(rows.map(({ id }) => positionOf(engine.database, id)));
    expect(Math.max(...positions.flatMap(({ actions }) => actions.map(({ failures }) => failures)))).toBe(0);
  });

  it('shows on every operation of it what it waits for', async () => {
    dead.down = true;
    await acceptMany(engine.database, saga, 20, 'e', 'dead');
    engine.runner.look();
    await until('it is found down', () =>
      Promise.resolve(targets.get('dead').breakers().security.state === 'open'),
    );
    await acceptMany(engine.database, saga, 1, 'new', 'dead');
    const { rows } = await engine.database.query<{ id: string }>(
      `SELECT id FROM operation WHERE tenant = 'new'`,
    );
    const halts = new HaltsOfTargets(nothingPaused, targets, nobodyElse, noRamp);
    const { waitingFor } = sayingHalt(await positionOf(engine.database, rows[0]?.id ?? ''), halts);
    expect(waitingFor?.reason).toBe('target');
    expect(waitingFor?.detail).toMatch(/^target "dead" is down \(security\): /);
    expect(halts.of('alive')).toBeNull();
  });
});
