import { setTimeout as sleep } from 'node:timers/promises';

export interface Limits {
  readonly maxConcurrent: number;
  readonly maxPerSecond: number;
}

/**
 * At most `maxConcurrent` calls at once and at most `maxPerSecond` starts in any sliding second, in the order asked.
 * A window rather than even spacing: at 200 per second, spacing would add 5 ms to each call of a lone operation.
 */
export class Limiter {
  private free: number;
  /** Insertion order is the queue; a Set so that one that gives up leaves it at once. */
  private readonly waiting = new Set<() => void>();
  /** When the last `maxPerSecond` calls started or will start: the oldest place decides about the next one. */
  private readonly starts: Float64Array;
  private oldest = 0;

  constructor(
    limits: Limits,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    this.free = limits.maxConcurrent;
    this.starts = new Float64Array(Math.max(1, Math.floor(limits.maxPerSecond))).fill(-1_000);
  }

  /** @throws the signal's reason when it is aborted before the work began */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.enter(signal);
    try {
      const delayMs = this.reserveStart();
      if (delayMs > 0) await sleep(Math.ceil(delayMs), undefined, signal === undefined ? {} : { signal });
      return await work();
    } finally {
      this.leave();
    }
  }

  private enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.waiting.delete(admit);
        reject(signal?.reason as Error);
      };
      const admit = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      this.waiting.add(admit);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** A freed place goes straight to the first in the queue, so that nobody new can take it. */
  private leave(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.free += 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  /** @returns how long to wait before the start that was reserved, in ms */
  private reserveStart(): number {
    const now = this.monotonicMs();
    const start = Math.max(now, (this.starts[this.oldest] ?? 0) + 1_000);
    this.starts[this.oldest] = start;
    this.oldest = (this.oldest + 1) % this.starts.length;
    return start - now;
  }
}
