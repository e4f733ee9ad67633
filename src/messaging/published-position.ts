import type { Queryable } from '../database/database.js';
import { advancePublished } from './published-events.sql.js';

/**
 * How far the broker has the events, noted while the next ones are sent: a note is a flush of the disk, 2 to 4 ms that
 * the broker would wait for. One note at a time, so a crash repeats two batches at most.
 */
export class PublishedPosition {
  private noting: Promise<boolean> = Promise.resolve(true);

  /** @param sent what is noted already */
  constructor(
    private readonly db: Queryable,
    private readonly owner: string,
    public sent: number,
  ) {}

  /**
   * The broker has everything up to `cursor`.
   * @returns false when the note before this one found the relay in other hands: nothing more may be sent
   */
  async moveTo(cursor: number): Promise<boolean> {
    const from = this.sent;
    if (!(await this.noting)) return false;
    this.sent = cursor;
    this.noting = advancePublished(this.db, this.owner, from, cursor);
    this.noting.catch(() => undefined); // told by the next call
    return true;
  }

  /** @returns false when the relay is in other hands */
  settled(): Promise<boolean> {
    return this.noting;
  }
}
