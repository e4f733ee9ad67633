import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../../database/database.js';
import { Clock } from '../clock.js';
import { purgeByAge, purgeOperations, tryPurgeLock } from './purge.sql.js';

const dayMs = 86_400_000;
const everyMs = 3_600_000;
/** An operation with forty rights has some 60 rows around it: a batch holds its locks for tens of ms. */
const batchRows = 200;
/** Operations as long as the feed that tells of them. */
const operationDays = 90;

/** How long the rest is kept, in days. Keys: contract 1. Plans: until they expire. Events and inbox are the relay's. */
const kept = [
  { table: 'idempotency_key', days: 7 },
  { table: 'plan', days: 0 },
] as const;

const firstId = '00000000-0000-0000-0000-000000000000';

/** Every hour one of the replicas removes by age what nobody needs any more, in small batches. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.again(60_000);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One walk through everything that has an age. @throws AppError `unavailable` */
  async purge(): Promise<void> {
    for (const { table, days } of kept) {
      for (;;) {
        const removed = await this.batch((tx) => purgeByAge(tx, table, batchRows, days));
        if (removed === null || removed < batchRows) break;
      }
    }
    const before = lowestIdOf(this.clock.now().getTime() - operationDays * dayMs);
    for (let after = firstId; ;) {
      const range = { after, before };
      const page = await this.batch((tx) => purgeOperations(tx, range, batchRows, operationDays));
      if (page === null || page.last === null || page.seen < batchRows) return;
      after = page.last;
    }
  }

  /** @returns null: another replica is at it, or this one stops */
  private async batch<T>(work: (tx: Parameters<typeof tryPurgeLock>[0]) => Promise<T>): Promise<T | null> {
    if (this.stopping) return null;
    return this.database.transaction(async (tx) => ((await tryPurgeLock(tx)) ? work(tx) : null));
  }

  private again(inMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.purge()
        .catch((error: unknown) =>
          this.logger.warn({ err: error }, 'old rows were not removed; again in an hour'),
        )
        .then(() => {
          if (!this.stopping) this.again(everyMs);
        });
    }, inMs);
    this.timer.unref();
  }
}

/** Ids of operations made from then on are not lower (UUID version 7: 48 bits of epoch ms, then chance). */
function lowestIdOf(epochMs: number): string {
  const hex = epochMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
