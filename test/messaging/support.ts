import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Pool } from 'pg';
import { onTestFinished } from 'vitest';
import { Database } from '../../src/database/database.js';
import { makePool } from '../../src/database/pool.js';
import type { WakeChannel } from '../../src/database/wake.js';
import { Wake } from '../../src/database/wake.js';
import type { NewEvent } from '../../src/messaging/event.js';
import { eventType, solutionSource } from '../../src/messaging/event.js';
import { Feed } from '../../src/messaging/feed.js';
import type { RelayOptions } from '../../src/messaging/relay.js';
import { freshDatabase } from '../support/postgres.js';

export const silent = pino({ level: 'silent' });

/** Wake-ups of one process. */
export class LocalWake extends Wake {
  private readonly listeners = new Map<WakeChannel, Set<() => void>>();

  notify(channel: WakeChannel): void {
    for (const listener of this.listeners.get(channel) ?? []) listener();
  }

  on(channel: WakeChannel, listener: () => void): () => void {
    const listeners = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, listeners.add(listener));
    return () => void listeners.delete(listener);
  }
}

export interface World {
  readonly url: string;
  readonly pool: Pool;
  readonly db: Database;
  readonly wake: LocalWake;
  readonly feed: Feed;
}

/** A migrated database of one's own, dropped with the test. */
export async function world(): Promise<World> {
  const database = await freshDatabase();
  const pool = makePool(database.url, 30, () => undefined);
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  const db = new Database(pool);
  const wake = new LocalWake();
  const feed = new Feed(db, wake, { pollMs: 1000, monotonicMs: () => performance.now() });
  return { url: database.url, pool, db, wake, feed };
}

export function relayOptions(changes: Partial<RelayOptions> = {}): RelayOptions {
  return {
    owner: randomUUID(),
    leaseMs: 5000,
    pollMs: 1000,
    keepMs: 1e12,
    soleProcess: false,
    monotonicMs: () => performance.now(),
    now: () => new Date(),
    random: Math.random,
    ...changes,
  };
}

/** An event of a solution, told from others by `data.n`. */
export function eventOf(solutionId: string, n: number, changes: Partial<NewEvent> = {}): NewEvent {
  return {
    type: eventType('step.completed'),
    source: solutionSource(solutionId),
    solutionId,
    operationId: null,
    partitionKey: `lab/Environment/${solutionId}`,
    data: { n },
    ...changes,
  };
}

/** Everything in the feed, page by page. */
export async function readAll(
  feed: Feed,
  limit = 500,
): Promise<{ n: number; source: string; sequence: string | undefined }[]> {
  const all = [];
  for (let after: string | undefined; ;) {
    const page = await feed.read({ after, limit, waitMs: 0 });
    after = page.next;
    if (page.events.length === 0) return all;
    all.push(
      ...page.events.map(({ data, source, sequence }) => ({
        n: (data as { n: number }).n,
        source,
        sequence,
      })),
    );
  }
}

/** Waits for a condition, never for a time; the limit is only there to say what did not come, on the slowest machine. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 120_000,
): Promise<void> {
  const endMs = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
