import type { Change, LogLine, StoredRecord } from '../world/records.js';
import type { Store } from './store.js';

/** Keeps the log only (the world is in memory anyway); beyond `logLimit` lines the oldest go. */
export class MemoryStore implements Store {
  private lines: LogLine[] = [];
  private dropped = 0;

  /** @param logLimit about 300 bytes a line: a million lines are 300 MB */
  constructor(private readonly logLimit = 1_000_000) {}

  load(): Promise<null> {
    return Promise.resolve(null);
  }

  commit(change: Change): Promise<void> {
    for (const line of change.log) this.lines.push(line);
    // Dropping a tenth at once keeps the cost of one commit constant.
    if (this.lines.length > this.logLimit) {
      const excess = Math.ceil(this.logLimit / 10);
      this.lines = this.lines.slice(excess);
      this.dropped += excess;
    }
    return Promise.resolve();
  }

  replace(_records: readonly StoredRecord[]): Promise<void> {
    this.lines = [];
    this.dropped = 0;
    return Promise.resolve();
  }

  log(after: number, limit: number): Promise<LogLine[]> {
    const from = Math.max(0, after - this.dropped);
    return Promise.resolve(this.lines.slice(from, from + limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
