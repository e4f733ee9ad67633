import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BrokerRecord, BrokerStatus } from '../../src/messaging/broker.js';
import { Broker } from '../../src/messaging/broker.js';
import { COMMAND_MAX_AGE_MS, INBOX_KEEP_MS } from '../../src/messaging/incoming-command.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { Doorbell } from '../../src/messaging/doorbell.js';
import { advancePublished } from '../../src/messaging/published-events.sql.js';
import { Publisher } from '../../src/messaging/publisher.js';
import { readEventLag } from '../../src/messaging/read-lag.sql.js';
import { RelayLease } from '../../src/messaging/relay-lease.js';
import type { RelayOptions } from '../../src/messaging/relay.js';
import { Relay } from '../../src/messaging/relay.js';
import { stampEvents } from '../../src/messaging/stamp-events.sql.js';
import type { World } from './support.js';
import { eventOf, readAll, relayOptions, silent, until, world } from './support.js';

/** Remembers what was published; fails or holds when told to. */
class FakeBroker extends Broker {
  readonly published: BrokerRecord[] = [];
  sends = 0;
  down = false;
  hold: Promise<void> | null = null;

  async publish(records: readonly BrokerRecord[]): Promise<void> {
    this.sends++;
    await this.hold;
    if (this.down) throw new Error('the broker is down');
    this.published.push(...records);
  }

  status(): BrokerStatus {
    return { ok: true };
  }

  numbers(): number[] {
    return this.published.map(({ value }) => (JSON.parse(value) as { n: number }).n);
  }
}

function startRelay(world: World, broker: Broker | null, changes: Partial<RelayOptions> = {}): Relay {
  const relay = new Relay(world.db, world.wake, broker, silent, relayOptions(changes));
  onTestFinished(() => relay.stop());
  relay.start();
  return relay;
}

async function write(world: World, ...events: Parameters<typeof insertEvents>[1]): Promise<void> {
  await insertEvents(world.db, events, new Date());
  world.wake.notify('event');
}

const position = async ({
  pool,
}: World): Promise<{ stamped: string; published: string; owner: string | null }> =>
  (
    await pool.query<{ stamped: string; published: string; owner: string | null }>(
      'SELECT stamped, published, owner FROM relay',
    )
  ).rows[0]!;

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('Relay', () => {
  it('does not skip events written by a slow transaction that began before a faster one', async () => {
    const place = await world();
    startRelay(place, null);
    const [slow, fast] = [randomUUID(), randomUUID()];
    const client = await place.pool.connect();
    await client.query('BEGIN');
    await insertEvents(client, [eventOf(slow, 1)], new Date());
    await write(place, eventOf(fast, 2));
    await until(async () => (await position(place)).stamped === '1', 'the fast one is stamped');
    const before = await place.feed.read({ limit: 10, waitMs: 0 });
    expect(before.events.map(({ data }) => data)).toEqual([{ n: 2 }]);
    await client.query('COMMIT');
    client.release();
    place.wake.notify('event');
    const after = await place.feed.read({ after: before.next, limit: 10, waitMs: 10_000 });
    expect(after.events.map(({ data }) => data)).toEqual([{ n: 1 }]);
  });

  it('stamps without gaps and in order of sequence while many write and two stamp with the same fence', async () => {
    const place = await world();
    const solutions = upTo(5).map(() => randomUUID());
    const owner = randomUUID();
    await place.pool.query(`UPDATE relay SET owner = $1, lease_until = now() + interval '1 hour'`, [owner]);
    let writing = true;
    const writers = Promise.all(
      upTo(10).map(async () => {
        for (let i = 0; i < 20; i++)
          await insertEvents(
            place.db,
            solutions.map((id) => eventOf(id, i)),
            new Date(),
          );
      }),
    ).finally(() => (writing = false));
    // Both believe in the same owner, as when an answer was lost and the statement is sent again on another session.
    const stampers = [1, 2].map(async () => {
      while (
        writing ||
        (await place.pool.query('SELECT FROM event WHERE cursor IS NULL LIMIT 1')).rowCount === 1
      ) {
        const stamped = Number((await position(place)).stamped);
        await stampEvents(place.db, { owner, stamped }, 7);
      }
    });
    await Promise.all([writers, ...stampers]);
    const { rows } = await place.pool.query<{ cursor: string }>('SELECT cursor FROM event ORDER BY cursor');
    expect(rows.map(({ cursor }) => Number(cursor))).toEqual(upTo(1000));
    const events = await readAll(place.feed);
    for (const id of solutions) {
      const own = events.filter(({ source }) => source.endsWith(id));
      expect(own.map(({ sequence }) => Number(sequence))).toEqual(upTo(200));
    }
  });

  it('stamps nothing for an owner that lost the relay, nor from an old position', async () => {
    const place = await world();
    const [former, present] = [randomUUID(), randomUUID()];
    await place.pool.query('UPDATE relay SET owner = $1', [present]);
    await insertEvents(place.db, [eventOf(randomUUID(), 1), eventOf(randomUUID(), 2)], new Date());
    expect(await stampEvents(place.db, { owner: former, stamped: 0 }, 10)).toBeNull();
    expect(await stampEvents(place.db, { owner: present, stamped: 0 }, 1)).toBe(1);
    expect(await stampEvents(place.db, { owner: present, stamped: 0 }, 1)).toBeNull();
    expect(await stampEvents(place.db, { owner: present, stamped: 1 }, 1)).toBe(2);
    expect(await stampEvents(place.db, { owner: present, stamped: 2 }, 1)).toBeNull();
  });

  it('does not lead the published position back, nor move it for an owner that lost the relay', async () => {
    const place = await world();
    const [former, present] = [randomUUID(), randomUUID()];
    await place.pool.query('UPDATE relay SET owner = $1', [present]);
    expect(await advancePublished(place.db, former, 0, 5)).toBe(false);
    expect(await advancePublished(place.db, present, 0, 5)).toBe(true);
    expect(await advancePublished(place.db, present, 0, 3)).toBe(false);
    expect((await position(place)).published).toBe('5');
  });

  it('publishes in order of cursors, more than one batch, each event once', async () => {
    const place = await world();
    const broker = new FakeBroker();
    const id = randomUUID();
    for (let i = 0; i < 5; i++) {
      await insertEvents(
        place.db,
        upTo(500).map((n) => eventOf(id, i * 500 + n)),
        new Date(),
      );
    }
    startRelay(place, broker);
    await until(async () => (await position(place)).published === '2500', 'all published');
    expect(broker.numbers()).toEqual(upTo(2500));
    expect(broker.sends).toBeLessThan(10);
  });

  it('cuts batches by bytes, so that the broker takes each', async () => {
    const place = await world();
    const broker = new FakeBroker();
    const id = randomUUID();
    const text = 'x'.repeat(300_000);
    await insertEvents(
      place.db,
      upTo(10).map((n) => eventOf(id, n, { data: { n, text } })),
      new Date(),
    );
    startRelay(place, broker);
    await until(async () => (await position(place)).published === '10', 'all published');
    expect(broker.numbers()).toEqual(upTo(10));
    expect(broker.sends).toBe(5);
  });

  it('stands by while another relays, and takes over at once when that one stops', async () => {
    const place = await world();
    const [firstBroker, secondBroker] = [new FakeBroker(), new FakeBroker()];
    const first = startRelay(place, firstBroker, { leaseMs: 60_000 });
    const id = randomUUID();
    await write(place, eventOf(id, 1));
    await until(() => firstBroker.published.length === 1, 'the first publishes');
    startRelay(place, secondBroker, { leaseMs: 60_000, pollMs: 600_000 });
    await write(place, eventOf(id, 2));
    await until(async () => (await position(place)).published === '2', 'the first goes on');
    expect(secondBroker.published).toHaveLength(0);
    await first.stop();
    await write(place, eventOf(id, 3));
    await until(() => secondBroker.published.length > 0, 'the second has taken over');
    expect(firstBroker.numbers()).toEqual([1, 2]);
    expect(secondBroker.numbers()).toEqual([3]);
  });

  it('takes over from a relay that was killed when its lease is over', async () => {
    const place = await world();
    await place.pool.query(
      `UPDATE relay SET owner = $1, lease_until = clock_timestamp() + interval '700 ms'`,
      [randomUUID()],
    );
    await insertEvents(place.db, [eventOf(randomUUID(), 1)], new Date());
    const startedMs = performance.now();
    startRelay(place, null, { pollMs: 50 });
    await until(async () => (await position(place)).stamped === '1', 'stamped');
    expect(performance.now() - startedMs).toBeGreaterThan(400);
  });

  it('waits for no lease where one process holds the database', async () => {
    const place = await world();
    await place.pool.query(`UPDATE relay SET owner = $1, lease_until = now() + interval '1 hour'`, [
      randomUUID(),
    ]);
    await insertEvents(place.db, [eventOf(randomUUID(), 1)], new Date());
    startRelay(place, null, { soleProcess: true });
    await until(async () => (await position(place)).stamped === '1', 'stamped');
  });

  it('repeats no more than the batch in the air when a frozen relay wakes up after the hand-over', async () => {
    const place = await world();
    const [frozen, other] = [new FakeBroker(), new FakeBroker()];
    let thaw = (): void => undefined;
    let jumpMs = 0;
    const first = startRelay(place, frozen, { monotonicMs: () => performance.now() + jumpMs });
    const id = randomUUID();
    await write(place, eventOf(id, 1));
    await until(async () => (await position(place)).published === '1', 'the first publishes');
    frozen.hold = new Promise((resolve) => (thaw = resolve));
    await write(place, eventOf(id, 2), eventOf(id, 3));
    await until(() => frozen.sends === 2, 'a batch is in the air');
    // Its lease is over and taken while it does not know.
    jumpMs = 1e9;
    const owner = randomUUID();
    await place.pool.query(`UPDATE relay SET owner = $1, lease_until = clock_timestamp() - interval '1 s'`, [
      owner,
    ]);
    startRelay(place, other, { owner, pollMs: 50 });
    await until(async () => (await position(place)).published === '3', 'the other has published');
    await write(place, eventOf(id, 4));
    await until(async () => (await position(place)).published === '4', 'the other goes on');
    thaw();
    await until(() => frozen.published.length === 3, 'the batch in the air lands');
    await write(place, eventOf(id, 5));
    await until(async () => (await position(place)).published === '5', 'the other goes on');
    await first.stop();
    // Not led back by the late one, nor has that gone on.
    expect(other.numbers()).toEqual([2, 3, 4, 5]);
    expect(frozen.numbers()).toEqual([1, 2, 3]);
  });

  it('sends nothing more once its own clock says that the lease is over', async () => {
    const place = await world();
    const broker = new FakeBroker();
    const id = randomUUID();
    const text = 'x'.repeat(600_000);
    await insertEvents(
      place.db,
      upTo(3).map((n) => eventOf(id, n, { data: { n, text } })),
      new Date(),
    );
    let nowMs = 0;
    const lease = new RelayLease(place.db, relayOptions({ monotonicMs: () => nowMs }));
    await lease.tend();
    lease.stamped = await stampEvents(place.db, { owner: lease.owner, stamped: 0 }, 10);
    let thaw = (): void => undefined;
    broker.hold = new Promise((resolve) => (thaw = resolve));
    const stop = new AbortController();
    const bell = new Doorbell();
    const running = new Publisher(place.db, broker, lease, silent, relayOptions()).run(bell, stop.signal);
    await until(() => broker.sends === 1, 'the first of three is in the air');
    nowMs = 5000;
    thaw();
    await until(async () => (await position(place)).published === '1', 'the first has landed');
    expect((await position(place)).stamped).toBe('3');
    expect(broker.sends).toBe(1);
    await lease.tend();
    bell.ring();
    await until(async () => (await position(place)).published === '3', 'with a new lease it goes on');
    expect(broker.numbers()).toEqual([1, 2, 3]);
    stop.abort();
    await running;
  });

  it('stamps on while the broker is down, and publishes everything in order when it is back', async () => {
    const place = await world();
    const broker = new FakeBroker();
    broker.down = true;
    startRelay(place, broker, { random: () => 0.01 });
    const id = randomUUID();
    for (const n of upTo(20)) await write(place, eventOf(id, n));
    await until(async () => (await position(place)).stamped === '20', 'stamped');
    await until(() => broker.sends > 1, 'it tries again');
    expect((await readAll(place.feed)).map(({ n }) => n)).toEqual(upTo(20));
    expect((await position(place)).published).toBe('0');
    broker.down = false;
    await until(async () => (await position(place)).published === '20', 'published');
    expect(broker.numbers()).toEqual(upTo(20));
  });

  it('gives a broker that is configured later everything that is kept', async () => {
    const place = await world();
    const without = startRelay(place, null);
    const id = randomUUID();
    await write(place, eventOf(id, 1), eventOf(id, 2));
    await until(async () => (await position(place)).stamped === '2', 'stamped');
    expect((await position(place)).published).toBe('0');
    await without.stop();
    const broker = new FakeBroker();
    startRelay(place, broker);
    await until(async () => (await position(place)).published === '2', 'published');
    expect(broker.numbers()).toEqual([1, 2]);
  });

  it('goes on after its sessions were cut', async () => {
    const place = await world();
    const broker = new FakeBroker();
    startRelay(place, broker, { random: () => 0.01 });
    const id = randomUUID();
    for (const n of upTo(30)) {
      await write(place, eventOf(id, n));
      if (n % 10 === 0) {
        await place.pool
          .query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
          )
          .catch(() => undefined);
      }
    }
    await until(async () => (await position(place)).published === '30', 'published');
    expect(new Set(broker.numbers())).toEqual(new Set(upTo(30)));
    const firsts = [...new Set(broker.numbers())];
    expect(firsts).toEqual(upTo(30));
  });

  it('removes what is older than is kept from the low end, but nothing the broker does not have', async () => {
    const place = await world();
    const broker = new FakeBroker();
    broker.down = true;
    const id = randomUUID();
    const old = new Date(Date.now() - 10_000);
    await insertEvents(place.db, [eventOf(id, 1), eventOf(id, 2)], old);
    const holding = startRelay(place, broker, { keepMs: 5000 });
    await until(() => broker.sends > 0, 'stamped, and not published');
    expect((await readAll(place.feed)).map(({ n }) => n)).toEqual([1, 2]);
    await holding.stop();
    await write(place, eventOf(id, 3));
    await insertEvents(place.db, [eventOf(id, 4)], old);
    startRelay(place, null, { keepMs: 5000 });
    await until(async () => (await readAll(place.feed))[0]?.n === 3, 'the first two are removed');
    await until(async () => (await position(place)).stamped === '4', 'all stamped');
    expect((await readAll(place.feed)).map(({ n }) => n)).toEqual([3, 4]);
  });

  it('tells how old the oldest event is that waits for the feed, and for the broker', async () => {
    const place = await world();
    expect(await readEventLag(place.db)).toEqual({ feed: 0, broker: 0 });
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
    await insertEvents(place.db, [eventOf(randomUUID(), 1)], ago(500));
    const before = await readEventLag(place.db);
    expect(before.feed).toBeGreaterThan(499);
    expect(before.broker).toBe(0);
    const broker = new FakeBroker();
    broker.down = true;
    startRelay(place, broker, { random: () => 0.01 });
    await until(async () => (await readEventLag(place.db)).feed === 0, 'stamped');
    expect((await readEventLag(place.db)).broker).toBeGreaterThan(499);
    broker.down = false;
    await until(async () => (await readEventLag(place.db)).broker === 0, 'published');
  });

  it('removes rows of the inbox that are older than the oldest command that is taken', async () => {
    const place = await world();
    const now = new Date();
    const insert = 'INSERT INTO inbox (source, message_id, received_at) VALUES ($1, $2, $3)';
    for (const [id, ageMs] of [
      ['gone', INBOX_KEEP_MS + 60_000],
      ['kept', COMMAND_MAX_AGE_MS + 60_000],
    ] as const) {
      await place.db.query(insert, ['/tickets', id, new Date(now.getTime() - ageMs)]);
    }
    startRelay(place, null, { now: () => now });
    const ids = async () =>
      (await place.db.query<{ message_id: string }>('SELECT message_id FROM inbox')).rows.map(
        (row) => row.message_id,
      );
    await until(async () => (await ids()).length === 1, 'one is removed');
    expect(await ids()).toEqual(['kept']);
  });
});
