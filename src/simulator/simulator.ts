import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { bridge } from './bridge/bridge.js';
import { control } from './control/control.js';
import { Faults } from './control/faults.js';
import { Traffic } from './control/traffic.js';
import { gws } from './gws/gws.js';
import { Sessions } from './gws/sessions.js';
import { Platform } from './platform.js';
import { seeds } from './seed.js';
import { MemoryStore } from './store/memory-store.js';
import type { Store } from './store/store.js';
import type { WorldSpec } from './world/spec.js';
import { users, worldSpecSchema } from './world/spec.js';
import type { Switches } from './world/switches.js';

export { MemoryStore } from './store/memory-store.js';
export { PostgresStore } from './store/postgres-store.js';
export type { Store } from './store/store.js';

/** A literal on purpose: what is simulated is no secret, and the simulator listens on loopback. */
const BRIDGE_TOKEN = 'simulated-bridge';
/** Worlds of thousands of objects come in as one body. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

export interface SimulatorOptions {
  /** 0: a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly store?: Store;
  /** A seed by name, or a world; used when the store is empty, and by a reset. */
  readonly seed?: keyof typeof seeds | WorldSpec;
  readonly latencyMs?: number;
  readonly switches?: Partial<Switches>;
  readonly startupMs?: number;
  readonly shutdownMs?: number;
}

export interface Simulator {
  readonly url: string;
  readonly gwsUrl: string;
  readonly bridgeUrl: string;
  readonly credentials: {
    readonly username: string;
    readonly password: string;
    readonly bridgeToken: string;
  };
  stop(): Promise<void>;
}

/** An impostor of Genesys Web Services, the SDK bridge and application control over one world. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? 'default';
  const platform = await Platform.open({
    store: options.store ?? new MemoryStore(),
    seed: worldSpecSchema.parse(typeof seed === 'string' ? seeds[seed] : seed),
    switches: {
      ...options.switches,
      ...(options.startupMs === undefined ? {} : { startupMs: options.startupMs }),
      ...(options.shutdownMs === undefined ? {} : { shutdownMs: options.shutdownMs }),
    },
  });
  const sessions = new Sessions();
  const faults = new Faults(platform, sessions);
  const traffic = new Traffic(options.latencyMs ?? 0);
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
  });
  app.removeAllContentTypeParsers();
  // As text: every door has its own words for a body that is not JSON, and faults look for names in it.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  await app.register(control(platform, faults, traffic), { prefix: '/simulator' });
  await app.register(async (api: FastifyInstance) => {
    api.addHook('preHandler', async (request, reply) => {
      traffic.count(request.method, request.routeOptions.url ?? 'unknown');
      if (traffic.latencyMs > 0) await wait(traffic.latencyMs);
      if (await faults.before(request, reply)) return reply;
      if (platform.isStale) await platform.recover();
    });
    api.addHook('onSend', (request, reply, payload) => faults.after(request, reply, payload));
    await api.register(gws(platform, sessions), { prefix: '/api/v2' });
    await api.register(bridge(platform, BRIDGE_TOKEN), { prefix: '/bridge' });
  });

  const url = await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  return {
    url,
    gwsUrl: `${url}/api/v2`,
    bridgeUrl: `${url}/bridge`,
    credentials: {
      username: users.onboarding.userName,
      password: users.onboarding.password,
      bridgeToken: BRIDGE_TOKEN,
    },
    stop: async () => {
      faults.abortAll();
      await app.close();
      await platform.stop();
    },
  };
}
