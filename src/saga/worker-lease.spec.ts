import { expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { WorkerLease } from './worker-lease.js';

/** A database whose clock is `aheadMs` ahead of ours; a query takes `outMs` there and `backMs` back. */
function set(aheadMs: number) {
  const clock = { nowMs: 1_000, aheadMs, outMs: 1, backMs: 1 };
  const query = () => {
    clock.nowMs += clock.outMs;
    const rows = [{ epoch: '7', now_ms: String(clock.nowMs + clock.aheadMs) }];
    clock.nowMs += clock.backMs;
    return Promise.resolve({ rows, rowCount: 1 });
  };
  const lease = new WorkerLease({ query } as unknown as Database, 'id', 10_000, () => clock.nowMs);
  return { clock, lease };
}

it('does not mistake the time of the database because it was frozen while it asked for it', async () => {
  const { clock, lease } = set(500_000);
  await lease.register();
  clock.backMs = 9_000;
  await lease.renew();
  expect(lease.nowMs()).toBeCloseTo(clock.nowMs + 500_000, 0);
  clock.backMs = 1;
  clock.outMs = 9_000;
  await lease.renew();
  expect(lease.nowMs()).toBeCloseTo(clock.nowMs + 500_000, 0);
});

it('follows a clock of the database that has been set', async () => {
  const { clock, lease } = set(500_000);
  await lease.register();
  clock.aheadMs = 400_000;
  await lease.renew();
  expect(Math.abs(lease.nowMs() - (clock.nowMs + 400_000))).toBeLessThanOrEqual(clock.outMs + clock.backMs);
});

it('counts the lease from when its renewal was sent', async () => {
  const { clock, lease } = set(0);
  await lease.register();
  clock.backMs = 4_000;
  await lease.renew();
  expect(lease.remainingMs).toBe(10_000 - clock.outMs - clock.backMs);
});
