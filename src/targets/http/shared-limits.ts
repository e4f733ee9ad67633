import type { Call } from '../../saga/call.js';
import type { Limits } from './limiter.js';
import { Limiter } from './limiter.js';

/** The limits of a target, over all its channels. */
export class SharedLimits {
  private readonly limiter: Limiter;
  /** In front of the other one: what nobody waits for takes no more than half of it, and never queues there in hundreds. */
  private readonly background: Limiter;

  constructor(limits: Limits, monotonicMs?: () => number) {
    this.limiter = new Limiter(limits, monotonicMs);
    this.background = new Limiter(halfOf(limits), monotonicMs);
  }

  /** Lets work in at the pace of its call; what it does at the target takes a place by `take`. */
  pace<T>({ look, signal }: Call, work: () => Promise<T>): Promise<T> {
    return look?.pace === 'background' ? this.background.run(work, signal) : work();
  }

  take<T>({ signal }: Call, work: () => Promise<T>): Promise<T> {
    return this.limiter.run(work, signal);
  }
}

const halfOf = ({ maxConcurrent, maxPerSecond }: Limits): Limits => ({
  maxConcurrent: Math.max(1, Math.floor(maxConcurrent / 2)),
  maxPerSecond: Math.max(1, maxPerSecond / 2),
});
