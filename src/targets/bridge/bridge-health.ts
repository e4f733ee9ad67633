import { reading } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { BridgeClient } from './bridge-client.js';

/** The servers behind the bridge, by their members in `GET /v1/health`. */
export type BehindBridge = 'configurationServer' | 'solutionControlServer';

/** @throws CallError when the bridge does not answer, or has lost the server */
export async function probeBridge(client: BridgeClient, server: BehindBridge): Promise<void> {
  const what = 'asking the bridge for its health';
  const { outcome } = await client.request(reading, {
    method: 'GET',
    address: 'health',
    what,
    effect: false,
  });
  const state = outcome.outcome === 'ok' ? outcome.body[server] : 'unknown';
  if (state !== 'connected') throw new CallError('target-down', `${what}: ${server} is ${String(state)}`);
}
