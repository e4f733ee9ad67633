import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mendBusyTimer } from './busy-timer.js';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  checkPendingRequests(): void;
}
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue;

describe('mendBusyTimer', () => {
  beforeEach(() => {
    mendBusyTimer();
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const queue = (): Queue => new RequestQueue({ logger: { debug: () => undefined }, maxInFlightRequests: 1 });

  it('leaves an idle connection without a timer', () => {
    queue().checkPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends what is pending when the throttling is over, with one timer until then', () => {
    const idle = queue();
    const sent = vi.fn();
    idle.throttledUntil = Date.now() + 5000;
    idle.pending.push({ send: sent, expectResponse: true });
    idle.checkPendingRequests();
    idle.checkPendingRequests();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(4999);
    expect(sent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(sent).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});
