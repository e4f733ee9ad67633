import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { conventions } from '../../test/targets/stub-target.js';
import { sendJson, startStub } from '../../test/targets/stub-server.js';
import type { TargetConfig } from '../config/target-config.js';
import { reading } from '../saga/call.js';
import type { CallEntry } from './http/target-http.js';
import { ConfiguredTargets } from './targets.js';

const config = (name: string, url: string): TargetConfig => ({
  name,
  objects: { driver: 'gws', baseUrl: `${url}/api/v2`, username: 'u', password: 'p' },
  security: { driver: 'bridge', baseUrl: url, token: 't' },
  control: { driver: 'bridge', baseUrl: url, token: 't' },
  timeoutMs: 2_000,
  maxConcurrent: 2,
  maxPerSecond: 1_000,
  baseAccessGroups: [],
  requiredReads: { hosts: true, connections: true, childScripts: false, objects: [] },
  pairRebind: 'rolling',
  settleMs: 0,
  lateMs: 0,
  singleConnection: [],
  verifyEveryMs: 0,
  ignore: [],
  conventions,
});

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

function configured(
  configs: readonly TargetConfig[],
  onCall?: (entry: CallEntry) => void,
): ConfiguredTargets {
  const targets = new ConfiguredTargets(configs, onCall);
  cleanUp.push(() => targets.close());
  return targets;
}

describe('the configured targets', () => {
  it('are found by name; another name is refused with the names there are', () => {
    const targets = configured([config('lab', 'http://127.0.0.1:1'), config('branch', 'http://127.0.0.1:1')]);
    expect(targets.names()).toEqual(['lab', 'branch']);
    expect(targets.get('branch').config.name).toBe('branch');
    expect(() => targets.get('prod')).toThrow(
      expect.objectContaining({
        code: 'target-unknown',
        detail: 'There is no target "prod"; configured: lab, branch.',
      }),
    );
  });

  it('share one limit over all drivers of a target', async () => {
    const body = { statusCode: 0, scripts: [], entries: [] };
    const held: ServerResponse[] = [];
    let inPairs = false;
    let most = 0;
    const server = await startStub((_, response) => {
      held.push(response);
      most = Math.max(most, held.length);
      if (inPairs && held.length < 2) return;
      // Only now, with both places taken, could a third call show up.
      setImmediate(() => {
        for (const waiting of held.splice(0)) sendJson(waiting, body);
      });
    });
    cleanUp.push(() => server.stop());
    const { objects, security } = configured([config('lab', server.url)]).get('lab');
    await objects.find(reading, 'script', {});
    inPairs = true;
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => [
        objects.find(reading, 'script', {}),
        security.readAcl(reading, { type: 12, dbid: i }),
      ]).flat(),
    );
    expect(most).toBe(2);
  });

  it('say which channel cannot be used, and why, without failing', async () => {
    const server = await startStub((request, response) => {
      if (request.path === '/v1/health') {
        sendJson(response, { configurationServer: 'connected', solutionControlServer: 'disconnected' });
      } else response.writeHead(401).end();
    });
    cleanUp.push(() => server.stop());
    const entries: CallEntry[] = [];
    const target = configured([config('lab', server.url)], (entry) => entries.push(entry)).get('lab');
    expect(await target.health()).toEqual({
      objects: { ok: false, detail: 'opening a session: the target does not accept our credentials' },
      security: { ok: true, detail: null },
      control: {
        ok: false,
        detail: 'asking the bridge for its health: solutionControlServer is disconnected',
      },
    });
    expect(entries.map(({ target: name, status }) => [name, status]).sort()).toEqual([
      ['lab', 200],
      ['lab', 200],
      ['lab', 401],
    ]);
  });
});
