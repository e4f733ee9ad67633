import { defaultConventions } from '../../src/config/conventions.js';
import { BridgeClient } from '../../src/targets/bridge/bridge-client.js';
import { GwsClient } from '../../src/targets/gws/gws-client.js';
import { TargetHttp } from '../../src/targets/http/target-http.js';
import type { StubServer } from './stub-server.js';
import { startStub } from './stub-server.js';

export const conventions = defaultConventions;

export interface StubTarget {
  readonly server: StubServer;
  readonly gws: GwsClient;
  readonly bridge: BridgeClient;
  stop(): Promise<void>;
}

/** Clients of both drivers against a server that answers as the test says. */
export async function startStubTarget(
  respond: Parameters<typeof startStub>[0],
  timeoutMs = 5_000,
): Promise<StubTarget> {
  const server = await startStub(respond);
  const http = new TargetHttp({
    target: 'lab',
    channel: 'objects',
    timeoutMs,
    maxConcurrent: 8,
    maxPerSecond: 10_000,
  });
  const now = (): number => Date.parse('2026-12-01T20:00:00Z');
  const login = {
    baseUrl: `${server.url}/api/v2/`,
    username: 'onboarding',
    password: 'pass:wörd',
    conventions,
  };
  return {
    server,
    gws: new GwsClient(http, login, now),
    bridge: new BridgeClient(http, { baseUrl: `${server.url}/bridge`, token: 'bridge-token' }, now),
    stop: async () => {
      await server.stop();
      await http.close();
    },
  };
}
