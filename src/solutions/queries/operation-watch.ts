import type { OnModuleDestroy } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { Doorbell } from '../../messaging/doorbell.js';

const VERSION = `SELECT version FROM operation WHERE id = $1`;

/** A result of an action changes the operation without an event, so nobody calls: looked at twice a second. */
const pollMs = 500;

/** Waits for an operation to move on. */
@Injectable()
export class OperationWatch implements OnModuleDestroy {
  private readonly waiting = new Set<Doorbell>();
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
  ) {}

  /** Resolves when its version is another one, after `waitMs`, when the reader has gone, or when the process stops. */
  async changed(id: string, version: number, waitMs: number, signal: AbortSignal): Promise<void> {
    const endMs = performance.now() + waitMs;
    const bell = new Doorbell();
    const unlisten = this.wake.on('event', bell.ring);
    this.waiting.add(bell);
    try {
      for (;;) {
        const { rows } = await this.database.query<{ version: string }>(VERSION, [id]);
        const leftMs = endMs - performance.now();
        if (Number(rows[0]?.version) !== version || leftMs <= 0 || signal.aborted || this.closed) return;
        await bell.wait(Math.min(leftMs, pollMs), signal);
      }
    } finally {
      unlisten();
      this.waiting.delete(bell);
    }
  }

  /** Answers every waiting reader, so that the server can close. */
  onModuleDestroy(): void {
    this.closed = true;
    for (const bell of this.waiting) bell.ring();
  }
}
