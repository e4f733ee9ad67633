import { expect } from 'vitest';
import type { TargetConfig } from '../../src/config/target-config.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { ConfiguredTargets } from '../../src/targets/targets.js';
import { conventions } from './stub-target.js';
import type { Disturbance, TargetUnderTest } from './target-under-test.js';

const faults: Readonly<Record<Disturbance, object>> = {
  'answer-lost': { kind: 'reset-after' },
  'request-lost': { kind: 'reset-before' },
  'error-page': { kind: 'status', status: 500 },
  throttled: { kind: 'status', status: 429 },
  unavailable: { kind: 'status', status: 503 },
  'session-expired': { kind: 'expire-session', answer: '401' },
  'session-forgotten': { kind: 'expire-session', answer: 'natural' },
  'login-page': { kind: 'expire-session', answer: 'login-page' },
};

/** The simulator of its own for one block of tests, with its switches turned. */
export async function startSimulatedTarget(
  switches: NonNullable<SimulatorOptions['switches']>,
  sends: Partial<TargetConfig['conventions']> = {},
): Promise<TargetUnderTest> {
  const simulator = await startSimulator({ switches, startupMs: 20, shutdownMs: 20 });
  const { username, password, bridgeToken } = simulator.credentials;
  const bridge = { driver: 'bridge', baseUrl: simulator.bridgeUrl, token: bridgeToken } as const;
  const config: TargetConfig = {
    name: 'simulated',
    objects: { driver: 'gws', baseUrl: simulator.gwsUrl, username, password },
    security: bridge,
    control: bridge,
    timeoutMs: 5_000,
    maxConcurrent: 16,
    maxPerSecond: 10_000,
    baseAccessGroups: [],
    requiredReads: { hosts: true, connections: true, childScripts: false, objects: [] },
    pairRebind: 'rolling',
    settleMs: 0,
    lateMs: 0,
    singleConnection: [],
    verifyEveryMs: 0,
    ignore: [],
    conventions: { ...conventions, ...sends },
  };
  const targets = new ConfiguredTargets([config]);
  return {
    target: targets.get(config.name),
    names: {
      tenant: 'Environment',
      server: 'IxnServer_Shared',
      pair: { primary: 'IxnServer_Retail', backup: 'IxnServer_Retail_B' },
      enumerator: 'Media Type',
    },
    disturb: async (disturbance, method, path) => {
      const body = JSON.stringify({ match: { method, path }, fault: faults[disturbance], times: 1 });
      const response = await fetch(`${simulator.url}/simulator/faults`, { method: 'POST', body });
      expect(response.status, await response.text()).toBe(200);
    },
    stop: async () => {
      await targets.close();
      await simulator.stop();
    },
  };
}
