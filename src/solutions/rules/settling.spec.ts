import { describe, expect, it } from 'vitest';
import { application, system } from '../testing/world.js';
import type { SolutionRefs } from './refs.js';
import { pairFindings, settling } from './settling.js';

const server = (status: number, backupDbid: number | null = null) => ({
  application: application(150, 'A', 111, {
    startupTimeoutMs: 60_000,
    shutdownTimeoutMs: 30_000,
    backupDbid,
  }),
  status: { status, runMode: 'primary' as const },
  account: system,
});
const at = (nowMs: number, dryRun = false) => ({ nowMs, stepStartedAtMs: 0, dryRun });

describe('settling', () => {
  it.each([1, 6, 8])('does not wait for a server in state %i', (status) => {
    expect(settling([server(status), null], at(0))).toEqual({ findings: [] });
  });

  it.each([0, 2, 3, 4, 5, 7])(
    'looks again at a server in state %i until its time-outs are over',
    (status) => {
      expect(settling([server(status)], at(89_999))).toEqual({ findings: [], lookAgainAfterMs: 1_000 });
      expect(settling([server(status)], at(90_000)).findings).toMatchObject([
        { severity: 'error', code: 'server-not-settled' },
      ]);
    },
  );

  it('says so in a dry run in place of waiting', () => {
    const { findings, ...rest } = settling([server(5)], at(0, true));
    expect(rest).toEqual({});
    expect(findings).toMatchObject([{ severity: 'warning', code: 'server-not-settled' }]);
  });
});

describe('pairFindings', () => {
  const refs = (backup: { name: string; dbid: number } | null) =>
    ({ server: { primary: { name: 'A', dbid: 150 }, backup } }) as SolutionRefs;

  it('is empty while the pair is the one that was inspected', () => {
    expect(pairFindings(refs(null), server(6), null)).toEqual([]);
    expect(pairFindings(refs({ name: 'B', dbid: 151 }), server(6, 151), server(6))).toEqual([]);
  });

  it('says that the backup has been taken away, given or changed', () => {
    const codes = [
      pairFindings(refs({ name: 'B', dbid: 151 }), server(6, null), server(6)),
      pairFindings(refs(null), server(6, 151), null),
      pairFindings(refs({ name: 'B', dbid: 151 }), server(6, 152), server(6)),
    ].map((findings) => findings.map(({ code }) => code));
    expect(codes).toEqual([['pair-changed'], ['pair-changed'], ['pair-changed']]);
  });

  it('says that a server has gone', () => {
    expect(pairFindings(refs(null), null, null)).toMatchObject([{ code: 'unknown-interaction-server' }]);
    expect(pairFindings(refs({ name: 'B', dbid: 151 }), server(6, 151), null)).toMatchObject([
      { object: { name: 'B' } },
    ]);
  });
});
