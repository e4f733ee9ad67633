// Closed loop: as many sagas in flight as asked, another one for each that ends. The rate counts all that end after the
// warm-up until the last one that was begun has ended: some engines end their sagas in waves longer than a measurement.
import { randomUUID } from 'node:crypto';

const percentile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export async function drive(run, load) {
  const { inFlight, warmInFlight, warmMs, measureMs, undone } = load;
  const cpuBefore = process.cpuUsage();
  const isWarmedApart = warmInFlight !== undefined && warmMs > 0;
  if (isWarmedApart) await drive(run, { inFlight: warmInFlight, warmMs: 0, measureMs: warmMs, undone });
  const startMs = performance.now() + (isWarmedApart ? 0 : warmMs);
  const endMs = startMs + measureMs;
  const tookMs = [];
  async function one() {
    while (performance.now() < endMs) {
      const beganMs = performance.now();
      await run(randomUUID(), undone);
      const nowMs = performance.now();
      if (nowMs >= startMs) tookMs.push(nowMs - beganMs);
    }
  }
  await Promise.all(Array.from({ length: inFlight }, one));
  const cpu = process.cpuUsage(cpuBefore);
  tookMs.sort((a, b) => a - b);
  return {
    perSecond: (tookMs.length * 1000) / (performance.now() - startMs),
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    cpuMs: (cpu.user + cpu.system) / 1000,
  };
}
