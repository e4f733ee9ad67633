import type pg from 'pg';
import pgDriver from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { desired } from '../onboarding/lab.js';
import { until } from '../saga/engine.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import { CrashLab, onboard } from './crash-lab.js';
import type { Reference } from './kill.js';
import { makeTemplate, pointsFile, pointsIn, undisturbed } from './kill.js';
import { scenarios } from './scenarios.js';
import type { ServiceProcess } from './service-process.js';

// Two or three processes a case, five cases at once, on a machine that others use as well.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const quick = { timeoutMs: 1_000, leaseMs: 6_000 };
/** A call is held while another process is woken. */
const patient = { timeoutMs: 5_000, leaseMs: 10_000 };

/** One replica that freezes itself at a point, another one, and their database and platform. */
class FrozenLab {
  private constructor(
    readonly lab: CrashLab,
    private readonly database: TestDatabase,
    private readonly client: pg.Client,
    readonly frozen: ServiceProcess,
    readonly other: ServiceProcess,
    /** Before anything was asked of it. */
    readonly before: unknown,
  ) {}

  /** The first freezes at the point with an onboarding in hand. */
  static async open(point: string, times = quick): Promise<FrozenLab & { href: string }> {
    const database = await freshDatabase();
    const lab = await CrashLab.replicas(database.url, times);
    const client = new pgDriver.Client({ connectionString: database.url });
    await client.connect();
    const before = await lab.witness.world();
    const frozen = await lab.start({ POINT: point, POINT_SIGNAL: 'SIGSTOP', POINT_LOG: pointsFile(lab) });
    // The answer may never come: the one who is asked is frozen.
    onboard(frozen, desired()).catch(() => undefined);
    await until(
      'it freezes',
      () => Promise.resolve(pointsIn(pointsFile(lab)).some(({ isIt }) => isIt)),
      60_000,
    );
    const other = await lab.start();
    const { href } = await onboard(other, desired());
    return Object.assign(new FrozenLab(lab, database, client, frozen, other, before), { href });
  }

  async rows<R extends object>(text: string): Promise<R[]> {
    return (await this.client.query<R>(text)).rows;
  }

  /** All that the two of them ever wrote, as one value. */
  written(): Promise<object[]> {
    return this.rows(`
      SELECT o.*, (SELECT json_agg(e ORDER BY e.sequence) FROM (SELECT event_id, type, sequence, data FROM event) e) AS events
      FROM operation o`);
  }

  /** Calls that change something, as far as the platform has had them; to read is free. */
  async effectCalls(): Promise<number> {
    const { byRoute } = await this.lab.witness.control<{ byRoute: Record<string, number> }>('GET', '/calls');
    return Object.entries(byRoute)
      .filter(([route]) => !route.startsWith('GET ') && !route.includes('effective-permissions'))
      .reduce((sum, [, n]) => sum + n, 0);
  }

  /** It goes on, finds that its lease is gone, and registers anew. */
  async wakes(): Promise<void> {
    const [former] = await this.rows<{ id: string }>('SELECT id FROM worker WHERE taken_at IS NOT NULL');
    this.frozen.thaw();
    await until(
      'it has registered anew',
      async () =>
        (await this.rows<{ id: string }>('SELECT id FROM worker WHERE taken_at IS NULL')).some(
          ({ id }) => id === former?.id,
        ),
      60_000,
    );
    expect(this.frozen.printed).toContain('the lease was taken');
  }

  async close(): Promise<void> {
    await this.lab.close();
    await this.client.end();
    await this.database.drop();
  }
}

/** It is alive, and of use again. */
async function worksAgain(place: FrozenLab): Promise<void> {
  await place.other.end('SIGTERM');
  const { href } = await place.frozen.call<{ href: string }>('POST', '/v1/solutions', {
    ...desired(),
    key: 'bank-chat',
    interactionServer: 'IxnServer_Legacy',
    businessProcesses: ['Bank Chat'],
    accessGroup: { name: 'bank', accessMask: 9 },
    person: { userName: 'bank', employeeId: 'BANK', firstName: 'b', lastName: 'b' },
  });
  const operation = await place.lab.untilDone(place.frozen, href);
  expect(operation.done).toBe(true);
}

describe('A process that is frozen beyond its lease and wakes when another one has ended its operation', () => {
  const beforeTheCheck = [
    'send:before@forward/create-account',
    'send:before@forward/rebind-server',
    'send:before@forward/rebind-server#4',
  ];
  it.concurrent.each(beforeTheCheck)('sends nothing and writes nothing: %s', async (point) => {
    const place = await FrozenLab.open(point);
    try {
      expect((await place.lab.untilDone(place.other, place.href)).state).toBe('completed');
      const [written, calls, world] = [
        await place.written(),
        await place.effectCalls(),
        await place.lab.witness.world(),
      ];
      await place.wakes();
      expect(await place.effectCalls()).toBe(calls);
      expect(await place.written()).toEqual(written);
      expect(await place.lab.witness.world()).toEqual(world);
      await worksAgain(place);
    } finally {
      await place.close();
    }
  });

  const withAnAnswer = [
    'answer:before@forward/create-account',
    'commit:before@forward/link-access-group',
    'commit:after@forward/rebind-server',
    'end:before@forward',
  ];
  it.concurrent.each(withAnAnswer)('writes nothing of what it has heard before: %s', async (point) => {
    const place = await FrozenLab.open(point);
    try {
      expect((await place.lab.untilDone(place.other, place.href)).state).toBe('completed');
      const [written, world] = [await place.written(), await place.lab.witness.world()];
      const effects = await place.lab.witness.onceOnly();
      await place.wakes();
      expect(await place.written()).toEqual(written);
      expect(await place.lab.witness.world()).toEqual(world);
      expect(await place.lab.witness.onceOnly()).toEqual(effects);
    } finally {
      await place.close();
    }
  });

  // By what the call changes: an object, an entry, a member, an account, a start, a switch-over.
  const pastTheCheck = [
    'send:after@forward/create-account',
    'send:after@forward/link-access-group',
    'send:after@forward/provision-person#1',
    'send:after@forward/provision-person#4',
    'send:after@forward/rebind-server#1',
    'send:after@forward/rebind-server#4',
    'send:after@forward/rebind-server#5',
    'send:after@forward/rebind-server#6',
  ];
  it.concurrent.each(pastTheCheck)(
    'past its last check sends that one call, which changes nothing: %s',
    async (point) => {
      const place = await FrozenLab.open(point);
      try {
        expect((await place.lab.untilDone(place.other, place.href)).state).toBe('completed');
        const [written, calls, world] = [
          await place.written(),
          await place.effectCalls(),
          await place.lab.witness.world(),
        ];
        const effects = await place.lab.witness.onceOnly();
        await place.wakes();
        await until('the late call is there', async () => (await place.effectCalls()) > calls);
        expect(await place.effectCalls()).toBe(calls + 1);
        expect(await place.written()).toEqual(written);
        expect(await place.lab.witness.world()).toEqual(world);
        expect(await place.lab.witness.onceOnly()).toEqual(effects);
      } finally {
        await place.close();
      }
    },
  );
});

let template: Awaited<ReturnType<typeof makeTemplate>>;
let reference: Reference;
beforeAll(async () => {
  template = await makeTemplate();
  const [forward] = scenarios;
  if (forward !== undefined) reference = await undisturbed(forward, template.dir);
});
afterAll(() => template.remove());

describe('A stop past the last check that lands while another process goes on', () => {
  /** What the other one is about to send, counted from 0 after it has taken over: it stops that server once more first. */
  const landsBefore = [
    { next: 'the account of that server', n: 1 },
    { next: 'the switch-over to that server', n: 3 },
    { next: 'the stop of the other server', n: 4 },
    { next: 'the start of the other server', n: 6 },
  ];
  it.concurrent.each(landsBefore)('leaves all or nothing of it in the end: before $next', async ({ n }) => {
    const place = await FrozenLab.open('send:after@forward/rebind-server#3', patient);
    try {
      const { witness } = place.lab;
      await witness.hold(n, 'late');
      await witness.untilHeld();
      const calls = await place.effectCalls();
      place.frozen.thaw();
      await until('the late call is there', async () => (await place.effectCalls()) > calls);
      await witness.letGo();
      const operation = await place.lab.untilDone(place.other, place.href);
      // What it did to the server is found by reading back: on the way, or at the last look.
      expect(await witness.world()).toEqual(operation.state === 'completed' ? reference.world : place.before);
      expect(['completed', 'failed']).toContain(operation.state);
    } finally {
      await place.close();
    }
  });
});
