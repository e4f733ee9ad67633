import { describe, expect, it } from 'vitest';
import { application } from '../testing/world.js';
import type { WantedServer } from './service.js';
import { serviceFindings, settled } from './service.js';

const server = (status: number | null, runs = true, account = { type: 3, dbid: 120 }): WantedServer => ({
  server: {
    application: application(150, 'A', 111, { startupTimeoutMs: 90_000 }),
    status: status === null ? null : { status, runMode: 'primary' },
    account,
  },
  runs,
});
const at = (nowMs: number, dryRun = false) => ({ nowMs, stepStartedAtMs: 0, dryRun });
const codes = (one: WantedServer) => serviceFindings([one], 120).map(({ code }) => code);

describe('serviceFindings', () => {
  it('is empty for a server that runs as its account, and for one that is still coming up', () => {
    expect([6, 4, 5, 7, 8, 0].map((status) => codes(server(status)))).toEqual([[], [], [], [], [], []]);
  });

  it.each([1, 2, 3])('says at once that a server in state %i does not run any more', (status) => {
    expect(codes(server(status))).toEqual(['server-not-running']);
  });

  it('says that a server has another account', () => {
    expect(codes(server(6, true, { type: 21, dbid: 98 }))).toEqual(['account-not-set']);
    expect(codes(server(6, true, { type: 21, dbid: 120 }))).toEqual(['account-not-set']);
  });

  it('says of a server that shall be stopped that nothing proves it', () => {
    expect(codes(server(1, false))).toEqual(['not-proven-running']);
  });
});

describe('settled', () => {
  it('looks again until the settle time is over', () => {
    expect(settled([server(6)], 5_000, at(0))).toEqual({ findings: [], lookAgainAfterMs: 1_000 });
    expect(settled([server(6)], 5_000, at(4_700))).toEqual({ findings: [], lookAgainAfterMs: 300 });
    expect(settled([server(6)], 5_000, at(5_000))).toEqual({ findings: [] });
  });

  it('waits for a server that is not up yet for as long as its start may take, and no longer', () => {
    expect(settled([server(7)], 5_000, at(6_000))).toEqual({ findings: [], lookAgainAfterMs: 1_000 });
    expect(settled([server(7)], 5_000, at(90_000)).findings).toMatchObject([
      { severity: 'error', code: 'server-not-running' },
    ]);
    expect(settled([server(null)], 5_000, at(90_000)).findings).toHaveLength(1);
  });

  it('waits for nothing where no server shall run', () => {
    expect(settled([server(1, false)], 5_000, at(0))).toEqual({ findings: [] });
  });

  it('does not wait in a dry run', () => {
    expect(settled([server(6)], 5_000, at(0, true))).toEqual({ findings: [] });
    expect(settled([server(8)], 5_000, at(0, true)).findings).toHaveLength(1);
  });
});
