import { expect, it, vi } from 'vitest';
import { reportText } from './report.js';
import { runChaos } from './run.js';

// Twenty seconds of trouble, and what it takes until everything has come to its end.
vi.setConfig({ testTimeout: 300_000 });

it('Three replicas that are killed, frozen and cut off leave all or nothing of each solution', async () => {
  const report = await runChaos({ seconds: 20, seed: 20, replicas: 3, solutions: 6, keep: false });
  expect(report.violations, reportText(report)).toEqual([]);
  // It has been disturbed, and has done something.
  expect(report.tally.of('replicas killed')).toBeGreaterThan(0);
  expect(report.tally.of('operations accepted')).toBeGreaterThan(0);
  expect(report.tally.of('effects at the target')).toBeGreaterThan(0);
});
