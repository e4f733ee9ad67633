import { randomUUID } from 'node:crypto';
import { CloudEvent as SdkCloudEvent } from 'cloudevents';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../src/errors.js';
import type { ProblemCode } from '../../src/problems.js';
import { COMMANDS_SOURCE, eventType } from '../../src/messaging/event.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { Feed } from '../../src/messaging/feed.js';
import { Relay } from '../../src/messaging/relay.js';
import type { World } from './support.js';
import { eventOf, LocalWake, readAll, relayOptions, silent, until, world } from './support.js';

/** A world in which whatever is written is stamped at once. */
async function relayed(): Promise<
  World & { write: (...events: Parameters<typeof insertEvents>[1]) => Promise<void> }
> {
  const place = await world();
  const relay = new Relay(place.db, place.wake, null, silent, relayOptions());
  onTestFinished(() => relay.stop());
  relay.start();
  let written = 0;
  const write = async (...events: Parameters<typeof insertEvents>[1]): Promise<void> => {
    await insertEvents(place.db, events, new Date('2026-11-23T10:00:00.123Z'));
    written += events.length;
    place.wake.notify('event');
    const stamped = `SELECT FROM relay WHERE stamped = ${written}`;
    await until(async () => (await place.pool.query(stamped)).rowCount === 1, 'stamped');
  };
  return { ...place, write };
}

async function codeOf(reading: Promise<unknown>): Promise<ProblemCode> {
  const error = await reading.then(
    () => expect.unreachable('refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).code;
}

const numbers = (events: { data: unknown }[]): number[] =>
  events.map(({ data }) => (data as { n: number }).n);

describe('Feed', () => {
  it('gives CloudEvents 1.0 that another implementation takes as valid', async () => {
    const { feed, write } = await relayed();
    const [solution, operation] = [randomUUID(), randomUUID()];
    await write(
      eventOf(solution, 1, {
        operationId: operation,
        subject: 'operation',
        correlationId: 'RITM1',
        causationId: 'm-1',
      }),
      {
        type: eventType('command.refused'),
        source: COMMANDS_SOURCE,
        solutionId: null,
        operationId: null,
        partitionKey: 'lab/Environment/retail',
        data: { code: 'forbidden' },
      },
    );
    const { events } = await feed.read({ limit: 10, waitMs: 0 });
    for (const event of events) expect(new SdkCloudEvent({ ...event }).validate()).toBe(true);
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
    expect(events[0]).toEqual({
      specversion: '1.0',
      id,
      source: `/solutions/${solution}`,
      type: 'solution-onboarding.step.completed.v1',
      subject: 'operation',
      time: '2026-11-23T10:00:00.123Z',
      datacontenttype: 'application/json',
      sequence: '00000000000000000001',
      partitionkey: `lab/Environment/${solution}`,
      correlationid: 'RITM1',
      causationid: 'm-1',
      data: { n: 1 },
    });
    expect(events[1]).toEqual({
      specversion: '1.0',
      id,
      source: '/commands',
      type: 'solution-onboarding.command.refused.v1',
      time: '2026-11-23T10:00:00.123Z',
      datacontenttype: 'application/json',
      partitionkey: 'lab/Environment/retail',
      data: { code: 'forbidden' },
    });
  });

  it('gives every event once, whatever the size of the pages', async () => {
    const { feed, write } = await relayed();
    const id = randomUUID();
    for (let i = 0; i < 4; i++) await write(...[1, 2, 3, 4, 5, 6].map((n) => eventOf(id, i * 6 + n)));
    const all = Array.from({ length: 24 }, (_, i) => i + 1);
    for (const limit of [1, 5, 8, 24, 25])
      expect((await readAll(feed, limit)).map(({ n }) => n)).toEqual(all);
  });

  it('shows one solution or one operation alone, and passes over the rest', async () => {
    const { feed, pool, write } = await relayed();
    const [mine, other, operation] = [randomUUID(), randomUUID(), randomUUID()];
    await pool.query(
      `INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, created_at, updated_at)
       VALUES ($1, 'onboarding', $2, 'lab', 'Environment', 'retail', 'running', '{}', now(), now())`,
      [operation, mine],
    );
    await write(
      eventOf(mine, 1),
      eventOf(other, 2),
      eventOf(mine, 3, { operationId: operation }),
      eventOf(other, 4),
    );
    const bySolution = await feed.read({ solution: mine, limit: 10, waitMs: 0 });
    expect(numbers(bySolution.events)).toEqual([1, 3]);
    const byOperation = await feed.read({ operation, limit: 10, waitMs: 0 });
    expect(numbers(byOperation.events)).toEqual([3]);
    expect((await feed.read({ solution: other, operation, limit: 10, waitMs: 0 })).events).toEqual([]);
    // Where nothing is left to show, the cursor stands behind what was passed over: unfiltered, nothing comes again.
    expect(await feed.read({ after: byOperation.next, limit: 10, waitMs: 0 })).toEqual({
      events: [],
      next: byOperation.next,
    });
    const full = await feed.read({ solution: mine, limit: 1, waitMs: 0 });
    expect(numbers((await feed.read({ after: full.next, limit: 10, waitMs: 0 })).events)).toEqual([2, 3, 4]);
  });

  it('answers a waiting reader as soon as an event is there, and an empty page when the time is over', async () => {
    const { feed, write } = await relayed();
    const start = (await feed.read({ limit: 10, waitMs: 0 })).next;
    expect(await feed.read({ after: start, limit: 10, waitMs: 50 })).toEqual({ events: [], next: start });
    const startedMs = performance.now();
    const waiting = feed.read({ after: start, limit: 10, waitMs: 30_000 });
    await write(eventOf(randomUUID(), 1));
    expect(numbers((await waiting).events)).toEqual([1]);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('goes on waiting when what came does not fit the filter', async () => {
    const { feed, write } = await relayed();
    const mine = randomUUID();
    const waiting = feed.read({ solution: mine, limit: 10, waitMs: 30_000 });
    await write(eventOf(randomUUID(), 1));
    await write(eventOf(mine, 2));
    expect(numbers((await waiting).events)).toEqual([2]);
  });

  it('finds an event by polling when the wake-up was lost', async () => {
    const { db, write } = await relayed();
    const deaf = new Feed(db, new LocalWake(), { pollMs: 50, monotonicMs: () => performance.now() });
    const waiting = deaf.read({ limit: 10, waitMs: 30_000 });
    await write(eventOf(randomUUID(), 1));
    expect(numbers((await waiting).events)).toEqual([1]);
  });

  it('answers at once when the reader goes away or the service stops', async () => {
    const { feed } = await relayed();
    const gone = new AbortController();
    const reading = feed.read({ limit: 10, waitMs: 600_000 }, gone.signal);
    const other = feed.read({ limit: 10, waitMs: 600_000 });
    gone.abort();
    expect((await reading).events).toEqual([]);
    feed.close();
    expect((await other).events).toEqual([]);
  });

  it('says that a cursor is older than what is kept, even when nothing at all is kept', async () => {
    const { feed, pool, write } = await relayed();
    const start = (await feed.read({ limit: 10, waitMs: 0 })).next;
    const id = randomUUID();
    await write(eventOf(id, 1), eventOf(id, 2), eventOf(id, 3));
    const [first, second] = [
      await feed.read({ limit: 1, waitMs: 0 }),
      await feed.read({ limit: 2, waitMs: 0 }),
    ];
    await pool.query('DELETE FROM event WHERE cursor <= 2');
    expect(await codeOf(feed.read({ after: start, limit: 10, waitMs: 0 }))).toBe('cursor-expired');
    expect(await codeOf(feed.read({ after: first.next, limit: 10, waitMs: 0 }))).toBe('cursor-expired');
    expect(numbers((await feed.read({ after: second.next, limit: 10, waitMs: 0 })).events)).toEqual([3]);
    expect(numbers((await feed.read({ limit: 10, waitMs: 0 })).events)).toEqual([3]);
    await pool.query('DELETE FROM event');
    expect(await codeOf(feed.read({ after: second.next, limit: 10, waitMs: 0 }))).toBe('cursor-expired');
    const end = await feed.read({ limit: 10, waitMs: 0 });
    expect(await feed.read({ after: end.next, limit: 10, waitMs: 0 })).toEqual({
      events: [],
      next: end.next,
    });
  });

  it('refuses a cursor that is not of this feed', async () => {
    const { feed } = await relayed();
    const ahead = Buffer.from('1:99').toString('base64url');
    for (const after of [
      '',
      'x',
      '12',
      Buffer.from('1:-1').toString('base64url'),
      'MTo5OTk5OTk5OTk5OTk5OTk5OTk',
      ahead,
    ]) {
      expect(await codeOf(feed.read({ after, limit: 10, waitMs: 0 }))).toBe('invalid-request');
    }
  });
});
