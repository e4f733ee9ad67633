import { describe, expect, it } from 'vitest';
import { until } from '../messaging/support.js';
import { hasOwnBroker } from '../support/kafka.js';
import {
  eventsIn,
  numberOf,
  onboarding,
  PLATFORM_SOLUTIONS,
  replicaLab,
  type ReplicaLab,
} from './replica-lab.js';
import { otherSide, type SeenRecord } from './support.js';

/** How long the broker is away; the condition comes first where this is short. */
const OUTAGE_MS = Number(process.env['KAFKA_OUTAGE_SECONDS'] ?? 0) * 1000;
/** Real onboardings first, then some whose server nobody has: they fail at once, and are load. */
const COMMANDS = 120;
const OVER_REST = 1;

const text = (value: unknown): string => String(value);

interface Ready {
  ready: boolean;
  checks: { name: string; ok: boolean; reason?: string }[];
}
const kafkaOf = async (service: { url: string }): Promise<Ready['checks'][number] | undefined> => {
  const ready = (await (await fetch(`${service.url}/health/ready`)).json()) as Ready;
  expect(ready.ready).toBe(true);
  return ready.checks.find(({ name }) => name === 'kafka');
};
const wellKafka = async (service: { url: string }): Promise<boolean> => (await kafkaOf(service))?.ok === true;

const unfinished = `SELECT count(*) FROM operation WHERE ended_at IS NULL`;
const unpublished = `SELECT count(*) FROM event WHERE cursor IS NULL OR cursor > (SELECT published FROM relay)`;

/** What everybody who follows must find, whatever was killed in between. */
async function expectWhole(
  lab: ReplicaLab,
  seen: readonly SeenRecord[],
  ids: readonly string[],
): Promise<void> {
  const stored = await eventsIn(lab.database);
  const published = new Set(seen.map(({ headers }) => text(headers?.['ce_id'])));
  expect(published).toEqual(new Set(stored.map(({ event_id }) => event_id)));
  const sources = new Set(stored.map(({ source }) => source).filter((source) => source !== '/commands'));
  for (const source of sources) {
    const own = seen.filter(({ headers }) => text(headers?.['ce_source']) === source);
    const sequences = [...new Set(own.map(({ headers }) => Number(text(headers?.['ce_sequence']))))];
    expect(sequences, source).toEqual(sequences.map((_, i) => i + 1));
  }
  // Every request once, and each command with its answers under its own correlation id.
  const operations = ids.length + OVER_REST;
  expect(await numberOf(lab.database, 'SELECT count(*) FROM operation')).toBe(operations);
  for (const type of ['accepted', 'started']) {
    const own = stored.filter((event) => event.type === `solution-onboarding.operation.${type}.v1`);
    expect(own).toHaveLength(operations);
  }
  const correlations = new Set(stored.map((event) => event.correlation_id));
  expect(correlations).toEqual(new Set([null, ...ids.map((id) => `of-${id}`)]));
}

describe.skipIf(!hasOwnBroker)('three replicas', { timeout: 900_000 + OUTAGE_MS }, () => {
  it('under load, with the broker killed and one of them too: nothing is lost, doubled or out of order', async () => {
    const lab = await replicaLab();
    const first = await lab.start();
    const owner = async (): Promise<string | null> =>
      (await lab.database.query<{ owner: string | null }>('SELECT owner FROM relay')).rows[0]?.owner ?? null;
    await until(async () => (await owner()) !== null && (await wellKafka(first)), 'the first relays');
    const relaying = await owner();
    const [second, third] = [await lab.start(), await lab.start()];
    await until(async () => (await wellKafka(second)) && (await wellKafka(third)), 'the others stand by');
    expect(await owner()).toBe(relaying);

    const { send, follow, topics } = otherSide(lab.settings);
    const seen = await follow(topics.events);
    const commands = Array.from({ length: COMMANDS }, (_, i) => onboarding(i + 2));
    // Each twice, and again until it is sure: as a sender does whose broker comes and goes.
    const sendSurely = async (some: typeof commands): Promise<void> => {
      const isSent = (): Promise<boolean> =>
        send(...some).then(
          () => true,
          () => false,
        );
      await until(isSent, 'sent', OUTAGE_MS + 300_000);
    };
    const load = (async () => {
      for (let at = 0; at < commands.length; at += 6)
        for (const _ of [1, 2]) await sendSurely(commands.slice(at, at + 6));
    })();
    await until(() => seen.length > 30, 'events come out');

    await lab.broker.kill();
    const downAtMs = performance.now();
    await first.end('SIGKILL');
    await until(async () => !(await wellKafka(second)), 'the broker is missed');
    // REST goes on, and the feed.
    const accepted = await second.call<{ id: string }>(
      'POST',
      '/v1/solutions',
      JSON.parse(text(onboarding(900).value)),
    );
    const { events } = await third.call<{ events: unknown[] }>(
      'GET',
      `/v1/events?operation=${accepted.id}&wait=30`,
    );
    expect(events.length).toBeGreaterThan(0);
    await until(async () => (await owner()) !== relaying, 'another one relays');
    await until(() => performance.now() - downAtMs >= OUTAGE_MS, 'the outage is over', OUTAGE_MS + 60_000);

    await lab.broker.start();
    await lab.start();
    await load;
    const ids = [...commands.map(({ id }) => id)];
    await until(
      async () => (await numberOf(lab.database, `SELECT count(*) FROM inbox`)) === ids.length,
      'every command is taken',
      300_000,
    );
    await until(
      async () => (await numberOf(lab.database, unfinished)) === 0,
      'every operation has ended',
      300_000,
    );
    await until(
      async () => (await numberOf(lab.database, unpublished)) === 0,
      'every event is published',
      300_000,
    );
    const total = await numberOf(lab.database, 'SELECT count(*) FROM event');
    const distinct = (): number => new Set(seen.map(({ headers }) => text(headers?.['ce_id']))).size;
    await until(() => distinct() === total, 'every event is read', 300_000);

    await expectWhole(lab, seen, ids);
    const { rows } = await lab.database.query<{ state: string; n: string }>(
      'SELECT state, count(*) AS n FROM operation GROUP BY state ORDER BY state',
    );
    expect(rows).toEqual([
      { state: 'completed', n: String(PLATFORM_SOLUTIONS - 1) },
      { state: 'failed', n: String(COMMANDS - PLATFORM_SOLUTIONS + 1 + OVER_REST) },
    ]);
    await until(async () => (await wellKafka(second)) && (await wellKafka(third)), 'well again');
  });

  it('of which the one that takes commands dies between its commit and its offset take none of them twice', async () => {
    const lab = await replicaLab();
    const service = await lab.start();
    await until(() => wellKafka(service), 'joined');
    const { send, committed } = otherSide(lab.settings);
    // Holds the transaction of the first batch until the broker is gone, so that no offset can get there.
    const holder = await lab.database.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE inbox IN EXCLUSIVE MODE');
    const commands = Array.from({ length: 20 }, (_, i) => onboarding(i + 100));
    await send(...commands);
    const waiting = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await numberOf(lab.database, waiting)) > 0, 'commands are in hand');
    await lab.broker.kill();
    await holder.query('COMMIT');
    holder.release();
    await until(async () => (await numberOf(lab.database, 'SELECT count(*) FROM inbox')) > 0, 'committed');
    await service.end('SIGKILL');
    const taken = await numberOf(lab.database, 'SELECT count(*) FROM inbox');

    await lab.broker.start();
    await lab.start();
    expect(await committed()).toBeLessThanOrEqual(0);
    await until(async () => (await committed()) === commands.length, 'all are done with', 300_000);
    expect(taken).toBeGreaterThan(0);
    expect(await numberOf(lab.database, 'SELECT count(*) FROM inbox')).toBe(commands.length);
    await until(
      async () => (await numberOf(lab.database, unfinished)) === 0,
      'every operation has ended',
      300_000,
    );
    const stored = await eventsIn(lab.database);
    const accepted = stored.filter(({ type }) => type === 'solution-onboarding.operation.accepted.v1');
    expect(accepted.map(({ correlation_id }) => correlation_id).toSorted()).toEqual(
      commands.map(({ id }) => `of-${id}`).toSorted(),
    );
    expect(stored.filter(({ type }) => type.includes('refused'))).toEqual([]);
  });
});
