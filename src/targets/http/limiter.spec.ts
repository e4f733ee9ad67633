import { describe, expect, it } from 'vitest';
import { Limiter } from './limiter.js';

/** A promise that is settled from outside. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('Limiter', () => {
  it('never runs more than maxConcurrent at once and admits in the order asked', async () => {
    const limiter = new Limiter({ maxConcurrent: 2, maxPerSecond: 1_000 });
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const runs = gates.map(({ opened }, i) =>
      limiter.run(async () => {
        started.push(i);
        running += 1;
        most = Math.max(most, running);
        await opened;
        running -= 1;
      }),
    );
    for (const { open } of gates) open();
    await Promise.all(runs);
    expect(most).toBe(2);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('gives a place back when the work fails', async () => {
    const limiter = new Limiter({ maxConcurrent: 1, maxPerSecond: 1_000 });
    await expect(limiter.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(limiter.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('starts at most maxPerSecond in any sliding second, and the first ones without delay', async () => {
    const limiter = new Limiter({ maxConcurrent: 100, maxPerSecond: 3 });
    const startedMs: number[] = [];
    const work = (): Promise<void> => {
      startedMs.push(performance.now());
      return Promise.resolve();
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: 5 }, () => limiter.run(work)));
    expect(startedMs[2]! - begun).toBeLessThan(500);
    expect(startedMs[3]! - startedMs[0]!).toBeGreaterThanOrEqual(998);
    expect(startedMs[4]! - startedMs[1]!).toBeGreaterThanOrEqual(998);
  });

  it('lets one that gives up leave the queue without taking a place', async () => {
    const limiter = new Limiter({ maxConcurrent: 1, maxPerSecond: 1_000 });
    const { open, opened } = gate();
    const first = limiter.run(() => opened);
    const abort = new AbortController();
    const second = limiter.run(() => Promise.resolve('second'), abort.signal);
    const third = limiter.run(() => Promise.resolve('third'));
    abort.abort(new Error('given up'));
    await expect(second).rejects.toThrow('given up');
    open();
    await first;
    await expect(third).resolves.toBe('third');
  });
});
