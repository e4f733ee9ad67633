import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { bigTenant, bigTenantSchema } from '../big-tenant.js';
import type { Platform } from '../platform.js';
import { seeds } from '../seed.js';
import { behindSchema, changeBehind } from '../world/change-behind.js';
import { Type } from '../world/ids.js';
import { Refusal } from '../world/refusal.js';
import { interruptions, resetInterruptions } from '../world/interruptions.js';
import { snapshotOf } from '../world/snapshot.js';
import { worldSpecSchema } from '../world/spec.js';
import { switchesSchema } from '../world/switches.js';
import { faultRequestSchema } from './fault-schema.js';
import { WorldError } from '../world/world-builder.js';
import type { Faults } from './faults.js';
import type { Traffic } from './traffic.js';

const logQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).default(100_000),
});
const latencySchema = z.strictObject({ latencyMs: z.number().int().nonnegative() });
const resetSchema = z
  .strictObject({
    seed: z.enum(['default', 'empty']).optional(),
    world: worldSpecSchema.optional(),
    bigTenant: bigTenantSchema.optional(),
  })
  .refine((wanted) => Object.keys(wanted).length <= 1, 'one of seed, world and bigTenant');

class NotValid extends Error {}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new NotValid(z.prettifyError(result.error));
  return result.data;
}
const json = (body: unknown): unknown => {
  try {
    return typeof body === 'string' && body !== '' ? (JSON.parse(body) as unknown) : {};
  } catch {
    throw new NotValid('the body is not JSON');
  }
};

/** The control address under /simulator: never met by faults or latency. */
export function control(platform: Platform, faults: Faults, traffic: Traffic) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, _request, reply) => {
      const http =
        error instanceof NotValid || error instanceof WorldError ? 400 : error instanceof Refusal ? 409 : 500;
      return reply.code(http).send({ message: error instanceof Error ? error.message : String(error) });
    });
    app.get('/log', async (request) => {
      const { after, limit } = parse(logQuery, request.query);
      const lines = await platform.log(after, limit);
      return { lines, next: lines.at(-1)?.seq ?? after };
    });
    app.get('/world', () => snapshotOf(platform.world));
    app.post('/change', async (request) => {
      const change = parse(behindSchema, json(request.body));
      const { type, dbid } = await platform.run('behind', (draft) => changeBehind(draft, change));
      return { object: { type, dbid } };
    });
    app.post('/reset', async (request, reply) => {
      const { seed, world, bigTenant: size } = parse(resetSchema, json(request.body));
      const spec = size === undefined ? (seed === undefined ? undefined : seeds[seed]) : bigTenant(size);
      await platform.reset(world ?? (spec === undefined ? undefined : worldSpecSchema.parse(spec)));
      faults.removeAll();
      traffic.reset();
      return nothing(reply);
    });
    app.get('/switches', () => platform.shownSwitches());
    app.put('/switches', async (request) => {
      const patch = parse(switchesSchema.partial(), json(request.body));
      await platform.setSwitches(
        Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)),
      );
      return platform.shownSwitches();
    });
    app.get('/latency', () => ({ latencyMs: traffic.latencyMs }));
    app.put('/latency', (request) => {
      traffic.latencyMs = parse(latencySchema, json(request.body)).latencyMs;
      return { latencyMs: traffic.latencyMs };
    });
    app.get('/calls', () => traffic.counts());
    app.delete('/calls', (_request, reply) => {
      traffic.reset();
      return nothing(reply);
    });
    app.get('/interruptions', () => ({ servers: interruptions(platform.world, Date.now()) }));
    app.post('/interruptions/reset', async (_request, reply) => {
      await platform.run('behind', (draft) => resetInterruptions(draft));
      return nothing(reply);
    });
    app.get('/servers/:name', (request) => {
      const { name } = request.params as { name: string };
      const application = platform.world.named(Type.application, name);
      if (!application) throw new NotValid(`no application named ${name}`);
      return platform.world.server(application.dbid) ?? null;
    });
    faultRoutes(app, faults);
    await Promise.resolve();
  };
}

function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.get('/faults', () => ({ faults: faults.list() }));
  app.post('/faults', (request) => ({ id: faults.add(parse(faultRequestSchema, json(request.body))) }));
  app.delete('/faults', (_request, reply) => {
    faults.removeAll();
    return nothing(reply);
  });
  app.delete('/faults/:id', (request, reply) => {
    const { id } = request.params as { id: string };
    return faults.remove(id) ? nothing(reply) : reply.code(404).send({ message: `no fault ${id}` });
  });
}

const nothing = (reply: FastifyReply): FastifyReply => reply.code(204).send();
