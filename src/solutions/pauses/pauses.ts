import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { everything, type Pause } from './pause.js';
import { readPauses, type PauseRow } from './pauses.sql.js';

/** Every change wakes all processes; this is for a wake-up that was lost. */
const pollMs = 5_000;

/** What is paused, as the database has it: read at start, whenever somebody changes it, and every few seconds. */
@Injectable()
export class Pauses implements OnModuleInit, OnModuleDestroy {
  private rows: ReadonlyMap<string, PauseRow> | null = null;
  private readonly listeners = new Set<() => void>();
  private unlisten: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly logger: PinoLogger,
  ) {}

  /** False until the database has been read once: nobody knows yet what is paused. */
  get known(): boolean {
    return this.rows !== null;
  }

  of(target: string): Pause | null {
    const row = this.rows?.get(target);
    return row?.paused === true
      ? { actor: row.actor, reason: row.reason, atMs: row.changed_at.getTime() }
      : null;
  }

  ofEverything(): Pause | null {
    return this.of(everything);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async onModuleInit(): Promise<void> {
    this.unlisten = this.wake.on('target', () => void this.tryToRefresh());
    await this.tryToRefresh();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.unlisten?.();
    clearTimeout(this.timer);
    await this.reading;
  }

  /** Reads now, after whatever was being read before the call. @throws AppError `unavailable` */
  async refresh(): Promise<void> {
    await this.reading?.catch(() => undefined);
    const rows = new Map((await readPauses(this.database)).map((row) => [row.target, row]));
    const changed = this.rows === null || textOf(rows) !== textOf(this.rows);
    this.rows = rows;
    if (changed) for (const listener of this.listeners) listener();
  }

  private async tryToRefresh(): Promise<void> {
    clearTimeout(this.timer);
    const reading = this.refresh().catch((error: unknown) =>
      this.logger.warn({ err: error }, 'what is paused could not be read; trying again'),
    );
    this.reading = reading;
    await reading;
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.tryToRefresh(), pollMs).unref();
  }
}

const textOf = (rows: ReadonlyMap<string, PauseRow>): string => JSON.stringify([...rows].sort());
