import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Platform } from '../platform.js';
import { setAccount } from '../world/accounts.js';
import { Type } from '../world/ids.js';
import type { Ace, Id, Server } from '../world/records.js';
import { notFound, Refusal } from '../world/refusal.js';
import { aclHash, hashOf, maskFor, replaceAcl } from '../world/rights.js';
import { stoppedServer } from '../world/server-records.js';
import { start, stop, switchOver } from '../world/servers.js';
import { BridgeError, answerError } from './answers.js';

const ACTOR = 'bridge';
const dbid = z.coerce.number().int().positive();
const objectPath = z.object({ objectType: dbid, dbid });
const applicationPath = z.object({ dbid });
const mask = z.number().int().min(0).max(255);
const accountSchema = z.strictObject({
  accountType: z.number().int(),
  accountDbid: z.number().int().positive(),
});
const aclBody = z.strictObject({
  entries: z.array(accountSchema.extend({ accessMask: mask })),
  recursive: z.boolean().default(false),
});
const manyBody = accountSchema.extend({
  objects: z
    .array(z.strictObject({ objectType: z.number().int(), dbid: z.number().int().positive() }))
    .max(1_000),
});
const effectiveQuery = z.strictObject({ account_type: dbid, account_dbid: dbid });
const stopBody = z.strictObject({ graceful: z.boolean().default(false) });

/** @throws BridgeError 400 */
function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new BridgeError(400, z.prettifyError(result.error));
  return result.data;
}

function bodyOf(request: FastifyRequest): unknown {
  const text = typeof request.body === 'string' && request.body !== '' ? request.body : '{}';
  try {
    return JSON.parse(text);
  } catch {
    throw new BridgeError(400, 'the body is not JSON');
  }
}

const accountHash = (account: Id): string => hashOf([account.type, account.dbid]);
const shownStatus = (s: Server): object => ({ status: s.status, runMode: s.runMode });

/** The hash is compared in the same turn as the write: the gap that a real bridge has between its reading and writing is not here. */
function checkIfMatch(request: FastifyRequest, hash: string): void {
  const given = request.headers['if-match'];
  if (given !== undefined && given !== '*' && given.replace(/^W\//, '') !== hash)
    throw new BridgeError(412, 'the value has changed since it was read');
}

/** Routes of the bridge under /bridge: what a site puts in front of its vendor SDK. */
export function bridge(platform: Platform, token: string) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setErrorHandler((error, _request, reply) => answerError(reply, error, platform));
    app.setNotFoundHandler((_request, reply) =>
      answerError(reply, new BridgeError(404, 'no such route'), platform),
    );
    app.addHook('preHandler', (request, _reply, done) => {
      done(
        request.headers.authorization === `Bearer ${token}`
          ? undefined
          : new BridgeError(401, 'the token is missing or wrong'),
      );
    });
    app.get('/v1/health', () => ({ configurationServer: 'connected', solutionControlServer: 'connected' }));
    permissions(app, platform);
    account(app, platform);
    control(app, platform);
    await Promise.resolve();
  };
}

function permissions(app: FastifyInstance, platform: Platform): void {
  const answer = (
    reply: FastifyReply,
    object: { objectType: number; dbid: number },
    acl: readonly Ace[],
  ): object => {
    void reply.header('etag', aclHash(acl));
    const entries = acl.map((a) => ({
      accountType: a.account.type,
      accountDbid: a.account.dbid,
      accessMask: a.accessMask,
    }));
    return { objectType: object.objectType, dbid: object.dbid, entries };
  };
  const exists = (type: number, id: number): Id => {
    const object = platform.world.object(type, id);
    if (!object) throw notFound();
    return object;
  };

  app.get('/v1/acl/:objectType/:dbid', (request, reply) => {
    const path = parse(objectPath, request.params);
    return answer(reply, path, platform.world.acl(exists(path.objectType, path.dbid)));
  });

  app.put('/v1/acl/:objectType/:dbid', async (request, reply) => {
    const path = parse(objectPath, request.params);
    const { entries, recursive } = parse(aclBody, bodyOf(request));
    const acl = entries.map((e) => ({
      account: { type: e.accountType, dbid: e.accountDbid },
      accessMask: e.accessMask,
    }));
    const written = await platform.run(ACTOR, (draft) => {
      const object = { type: path.objectType, dbid: path.dbid };
      if (!draft.object(object.type, object.dbid)) throw notFound();
      checkIfMatch(request, aclHash(draft.acl(object)));
      return replaceAcl(draft, object, acl, recursive);
    });
    return answer(reply, path, written);
  });

  app.get('/v1/effective-permission/:objectType/:dbid', (request) => {
    const path = parse(objectPath, request.params);
    const query = parse(effectiveQuery, request.query);
    const of = exists(query.account_type, query.account_dbid);
    return { accessMask: maskFor(platform.world, of)(exists(path.objectType, path.dbid)) };
  });

  app.post('/v1/effective-permissions', (request) => {
    const { accountType, accountDbid, objects } = parse(manyBody, bodyOf(request));
    const of = maskFor(platform.world, exists(accountType, accountDbid));
    const results = objects.map(({ objectType, dbid: id }) => {
      const object = platform.world.object(objectType, id);
      return { objectType, dbid: id, accessMask: object ? of(object) : null };
    });
    return { results };
  });
}

function account(app: FastifyInstance, platform: Platform): void {
  const answer = (reply: FastifyReply, of: Id): object => {
    void reply.header('etag', accountHash(of));
    return { accountType: of.type, accountDbid: of.dbid };
  };

  app.get('/v1/account/:dbid', (request, reply) => {
    const path = parse(applicationPath, request.params);
    const of = platform.world.account(path.dbid);
    if (of) return answer(reply, of);
    if (!platform.world.object(Type.application, path.dbid)) throw notFound();
    throw new Refusal('not-valid', 'The application has no account', Type.application);
  });

  app.put('/v1/account/:dbid', async (request, reply) => {
    const path = parse(applicationPath, request.params);
    const { accountType, accountDbid } = parse(accountSchema, bodyOf(request));
    const written = await platform.run(ACTOR, (draft) => {
      const now = draft.account(path.dbid);
      if (now) checkIfMatch(request, accountHash(now));
      return setAccount(draft, path.dbid, { type: accountType, dbid: accountDbid });
    });
    return answer(reply, written);
  });
}

function control(app: FastifyInstance, platform: Platform): void {
  const path = '/v1/applications/:dbid';
  const idOf = (request: FastifyRequest): number => parse(applicationPath, request.params).dbid;

  app.get(`${path}/status`, (request) => {
    const id = idOf(request);
    if (!platform.world.object(Type.application, id)) throw notFound();
    return shownStatus(platform.world.server(id) ?? stoppedServer);
  });
  app.post(`${path}/start`, async (request, reply) => {
    const server = await platform.run(ACTOR, (draft) => start(draft, idOf(request)));
    return reply.code(202).send({ status: server.status });
  });
  app.post(`${path}/stop`, async (request, reply) => {
    const { graceful } = parse(stopBody, bodyOf(request));
    const server = await platform.run(ACTOR, (draft) => stop(draft, idOf(request), graceful));
    return reply.code(202).send({ status: server.status });
  });
  app.post(`${path}/switch-over`, async (request, reply) => {
    const server = await platform.run(ACTOR, (draft) => switchOver(draft, idOf(request)));
    return reply.code(202).send(shownStatus(server));
  });
}
