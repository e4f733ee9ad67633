import type { Change, LogLine, StoredRecord } from '../world/records.js';

/** Where a world and its log are kept. One simulator at a time owns a store. */
export interface Store {
  /** null when nothing was ever kept here. */
  load(): Promise<{ records: StoredRecord[]; lastSeq: number } | null>;
  /** All of it or nothing, durable when the promise resolves. */
  commit(change: Change): Promise<void>;
  /** Throws the former world and log away. */
  replace(records: readonly StoredRecord[]): Promise<void>;
  /** Lines after a sequence number, at most `limit`. */
  log(after: number, limit: number): Promise<LogLine[]>;
  close(): Promise<void>;
}
