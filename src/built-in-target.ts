import { defaultConventions } from './config/conventions.js';
import { simulatorTimeoutMs } from './config/load-config.js';
import { singleConnectionTypes } from './config/single-connection.js';
import type { TargetConfig } from './config/target-config.js';
import type { Simulator } from './simulator/simulator.js';
import { PostgresStore, startSimulator } from './simulator/simulator.js';

export interface BuiltInTarget {
  readonly simulator: Simulator;
  readonly config: TargetConfig;
}

/** Without a targets file: the simulated platform in this process, over real HTTP, its state in a schema of its own. */
export async function startBuiltInTarget(databaseUrl: string): Promise<BuiltInTarget> {
  const simulator = await startSimulator({ store: new PostgresStore(databaseUrl, 'simulator') });
  const { username, password, bridgeToken: token } = simulator.credentials;
  const bridge = { driver: 'bridge', baseUrl: simulator.bridgeUrl, token } as const;
  return {
    simulator,
    config: {
      name: 'lab',
      objects: { driver: 'gws', baseUrl: simulator.gwsUrl, username, password },
      security: bridge,
      control: bridge,
      timeoutMs: simulatorTimeoutMs,
      maxConcurrent: 16,
      maxPerSecond: 1_000,
      baseAccessGroups: ['Ixn servers base'],
      requiredReads: {
        hosts: true,
        connections: true,
        childScripts: false,
        objects: [{ type: 35, name: 'Media Type' }],
      },
      pairRebind: 'rolling',
      settleMs: 500,
      // It lives and dies with this process: what it has not done when a call ends, it does within milliseconds.
      lateMs: 500,
      singleConnection: singleConnectionTypes,
      // Often, so that whoever changes something behind its back sees what comes of it.
      verifyEveryMs: 60_000,
      ignore: [],
      conventions: defaultConventions,
    },
  };
}
