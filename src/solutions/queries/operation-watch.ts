import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { findVersions } from './sql/find-versions.sql.js';

/** The result of an action changes the operation without an event, so nobody calls: looked at twice a second. */
const pollMs = 500;
/** Under load somebody calls a thousand times a second; ten looks are as good. */
const betweenLooksMs = 100;

interface Reader {
  readonly id: string;
  readonly version: number;
  answer(): void;
}

/** Waits for operations to move on: one query for all readers, however many there are. */
@Injectable()
export class OperationWatch implements OnModuleDestroy {
  private readonly readers = new Set<Reader>();
  private readonly unlisten: () => void;
  private timer: NodeJS.Timeout | undefined;
  private dueAtMs = 0;
  private looking = false;
  /** When to look after this look: sooner when somebody calls during it, since it may have been too early. */
  private nextInMs = pollMs;
  private closed = false;

  constructor(
    private readonly database: Database,
    wake: Wake,
  ) {
    this.unlisten = wake.on('event', () => this.lookIn(betweenLooksMs));
  }

  get waiting(): number {
    return this.readers.size;
  }

  /** Resolves when its version is another one, after `waitMs`, when the reader has gone, or when the process stops. */
  changed(id: string, version: number, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const answer = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', answer);
        this.readers.delete(reader);
        resolve();
      };
      const reader: Reader = { id, version, answer };
      const timer = setTimeout(answer, waitMs);
      signal.addEventListener('abort', answer);
      this.readers.add(reader);
      // It may have changed since the reader looked.
      this.lookIn(betweenLooksMs);
    });
  }

  /** Answers every reader, so that the server can close. */
  onModuleDestroy(): void {
    this.closed = true;
    this.unlisten();
    clearTimeout(this.timer);
    for (const reader of this.readers) reader.answer();
  }

  /** A look in `ms`, unless one is due before. */
  private lookIn(ms: number): void {
    if (this.readers.size === 0 || this.closed) return;
    if (this.looking) {
      this.nextInMs = betweenLooksMs;
      return;
    }
    const dueAtMs = performance.now() + ms;
    if (this.timer !== undefined && this.dueAtMs <= dueAtMs) return;
    clearTimeout(this.timer);
    this.dueAtMs = dueAtMs;
    this.timer = setTimeout(() => void this.look(), ms);
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    this.looking = true;
    this.nextInMs = pollMs;
    const asked = [...this.readers];
    try {
      const versions = await findVersions(
        this.database,
        asked.map(({ id }) => id),
      );
      for (const reader of asked) {
        if (versions.get(reader.id) !== reader.version) reader.answer();
      }
    } catch {
      // A database that is away: the readers are told when they read the operation itself.
    } finally {
      this.looking = false;
      this.lookIn(this.nextInMs);
    }
  }
}
