import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Wake } from '../../database/wake.js';

/** Every change wakes all processes; this is for a wake-up that was lost. */
const pollMs = 5_000;

/** Something small that every process has to know at once: read at start, whenever somebody changes it, and every few seconds. */
export abstract class Watched<T> implements OnModuleInit, OnModuleDestroy {
  private read: { readonly value: T; readonly text: string } | null = null;
  private readonly listeners = new Set<() => void>();
  private unlisten: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly wake: Wake,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** @throws AppError `unavailable` */
  protected abstract load(): Promise<T>;

  /** null until the database has been read once. */
  protected get value(): T | null {
    return this.read?.value ?? null;
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
    const value = await this.load();
    const text = JSON.stringify(value);
    const changed = text !== this.read?.text;
    this.read = { value, text };
    if (changed) for (const listener of this.listeners) listener();
  }

  /** After a change: every process reads again. */
  wakeAll(): void {
    this.wake.notify('target');
  }

  private async tryToRefresh(): Promise<void> {
    clearTimeout(this.timer);
    const reading = this.refresh().catch(this.onTrouble);
    this.reading = reading;
    await reading;
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.tryToRefresh(), pollMs).unref();
  }
}
