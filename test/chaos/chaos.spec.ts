import { expect, it, vi } from 'vitest';
import { reportText } from './report.js';
import { runChaos } from './run.js';

// A dozen seconds of trouble, and what it takes until everything has come to its end: 30 s alone on two cores.
vi.setConfig({ testTimeout: 300_000 });

it('Three replicas that are killed, frozen and cut off leave all or nothing of each solution', async () => {
  const report = await runChaos({ seconds: 12, seed: 21, replicas: 3, solutions: 4, keep: false });
  expect(report.violations, reportText(report)).toEqual([]);
  // It has been disturbed, and has done something.
  const disturbed = ['replicas ', 'database ', 'target: '].map((what) => report.tally.under(what).length);
  expect(Math.min(...disturbed), reportText(report)).toBeGreaterThan(0);
  expect(report.tally.of('operations accepted')).toBeGreaterThan(0);
  expect(report.tally.of('effects at the target')).toBeGreaterThan(0);
});
