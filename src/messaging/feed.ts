import { AppError } from '../errors.js';
import type { Queryable } from '../database/database.js';
import type { Wake } from '../database/wake.js';
import type { CloudEvent } from './cloud-event.js';
import { toCloudEvent } from './cloud-event.js';
import { Doorbell } from './doorbell.js';
import { decodeCursor, encodeCursor, notOurs } from './feed-cursor.js';
import type { FeedFilter } from './read-feed.sql.js';
import { readFeedRows } from './read-feed.sql.js';

export interface FeedQuery extends FeedFilter {
  /** A `next` of an earlier page; absent: from the oldest event that is kept. */
  readonly after?: string | undefined;
  /** Events a page holds at most. */
  readonly limit: number;
  /** How long to wait for the first event, in ms; 0 answers at once. */
  readonly waitMs: number;
}

export interface FeedPage {
  readonly events: CloudEvent[];
  /** Where to go on: after the last event of a full page, else after everything there was. */
  readonly next: string;
}

export interface FeedOptions {
  /** Fallback when a wake-up is lost. */
  readonly pollMs: number;
  readonly monotonicMs: () => number;
}

/** The durable feed: events in the order of their cursors, each as soon as it is stamped and never out of turn. */
export class Feed {
  private readonly waiting = new Set<Doorbell>();
  private closed = false;

  constructor(
    private readonly db: Queryable,
    private readonly wake: Wake,
    private readonly options: FeedOptions,
  ) {}

  /**
   * @param signal the reader went away: answers at once with what there is
   * @throws AppError `cursor-expired`, `invalid-request`
   */
  async read(query: FeedQuery, signal: AbortSignal = new AbortController().signal): Promise<FeedPage> {
    const endMs = this.options.monotonicMs() + query.waitMs;
    const bell = new Doorbell();
    const off = this.wake.on('feed', bell.ring);
    this.waiting.add(bell);
    try {
      let after = query.after === undefined ? null : decodeCursor(query.after);
      for (;;) {
        const page = await this.page(after, query);
        const leftMs = endMs - this.options.monotonicMs();
        if (page.events.length > 0 || leftMs <= 0 || signal.aborted || this.closed) {
          return { events: page.events, next: encodeCursor(page.next) };
        }
        after = page.next;
        await bell.wait(Math.min(leftMs, this.options.pollMs), signal);
      }
    } finally {
      off();
      this.waiting.delete(bell);
    }
  }

  /** Answers every waiting reader; for the stop of the process. */
  close(): void {
    this.closed = true;
    for (const bell of this.waiting) bell.ring();
  }

  private async page(
    after: number | null,
    query: FeedQuery,
  ): Promise<{ events: CloudEvent[]; next: number }> {
    const { stamped, removed, events } = await readFeedRows(this.db, after, query.limit, query);
    if (after !== null && after < removed) {
      throw new AppError('cursor-expired', 'Events after this cursor have been removed already.');
    }
    if (after !== null && after > stamped) throw notOurs('It lies ahead of every event there is.');
    const last = events.at(-1);
    const next = last !== undefined && events.length === query.limit ? Number(last.cursor) : stamped;
    return { events: events.map(toCloudEvent), next };
  }
}
