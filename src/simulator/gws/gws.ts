import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform.js';
import { allClasses } from '../world/classes/all-classes.js';
import type { ClassSpec } from '../world/classes/class-spec.js';
import { Access } from '../world/ids.js';
import { createObject, deleteObject, updateObject } from '../world/objects.js';
import type { ConfigObject } from '../world/records.js';
import { Refusal } from '../world/refusal.js';
import { maskFor } from '../world/rights.js';
import type { Switches } from '../world/switches.js';
import { decodeDelta, decodeNew, parseBody } from './decode.js';
import { Encoder } from './encode.js';
import { GwsError, GwsStatus, refusalAnswer, resourceNotFound, sendJson } from './envelope.js';
import { find } from './filters.js';
import type { Sessions } from './sessions.js';

declare module 'fastify' {
  interface FastifyRequest {
    gwsCaller?: ConfigObject;
  }
}

const CSRF_HEADER = 'X-CSRF-TOKEN';
const ROOT = '/platform/configuration';

/** Routes of Genesys Web Services under /api/v2. */
export function gws(platform: Platform, sessions: Sessions) {
  return async (app: FastifyInstance): Promise<void> => {
    const encoder = encoderOf(platform);
    app.setErrorHandler((error, _request, reply) => answerError(reply, error, platform));
    app.setNotFoundHandler((_request, reply) => answerError(reply, resourceNotFound(), platform));
    app.addHook('preHandler', (request, _reply, done) => {
      const { features } = platform.switches;
      const isMissing = features === 'missing' || (features === 'read-only' && request.method !== 'GET');
      done(isMissing && request.url.includes(ROOT) ? resourceNotFound() : undefined);
    });
    app.addHook('preHandler', async (request, reply) => {
      const { switches } = platform;
      const { person, session } = sessions.login(request, reply, platform.world, switches);
      request.gwsCaller = person;
      if (!switches.csrf) return;
      if (request.method === 'GET')
        void reply.header('X-CSRF-HEADER', CSRF_HEADER).header('X-CSRF-TOKEN', session.csrfToken);
      else if (request.headers[CSRF_HEADER.toLowerCase()] !== session.csrfToken)
        return refuseCsrf(reply, switches);
    });
    app.get('/me', (request, reply) => {
      const { dbid, scalars } = callerOf(request);
      const user = {
        id: String(dbid),
        userName: scalars['userName'],
        firstName: scalars['firstName'],
        lastName: scalars['lastName'],
      };
      return sendJson(reply, 200, JSON.stringify({ statusCode: GwsStatus.ok, user }));
    });
    for (const spec of allClasses) collection(app, platform, spec, encoder);
    await Promise.resolve();
  };
}

function collection(app: FastifyInstance, platform: Platform, spec: ClassSpec, encoder: () => Encoder): void {
  const path = `${ROOT}/${spec.collection}`;
  const one = `${path}/:dbid`;
  app.get(path, (request, reply) => {
    const query = new URLSearchParams(/\?(.*)$/.exec(request.url)?.[1] ?? '');
    const mask = maskFor(platform.world, callerOf(request));
    const found = find(platform.world, spec, query, platform.switches, mask).filter(
      (o) => (mask(o) & Access.read) !== 0,
    );
    if (found.length === 0 && query.size > 0 && platform.switches.noMatch === 'not-found')
      throw resourceNotFound();
    const items = found.map((o) => encoder().json(o, platform.world));
    return sendJson(reply, 200, `{"statusCode":0,"${spec.collection}":[${items.join(',')}]}`);
  });

  app.get(one, (request, reply) => {
    const o = platform.world.object(spec.type, dbidOf(request));
    if (!o || (maskFor(platform.world, callerOf(request))(o) & Access.read) === 0) throw resourceNotFound();
    return sendJson(reply, 200, `{"statusCode":0,"${spec.singular}":${encoder().json(o, platform.world)}}`);
  });

  if (!spec.writable) return;

  app.post(path, async (request, reply) => {
    const caller = callerOf(request);
    const input = decodeNew(parseBody(request.body as string), spec, platform.switches);
    const created = await platform.run(actorOf(request), (draft) =>
      createObject(draft, caller, spec.type, input),
    );
    const relative = `${ROOT}/${spec.collection}/${created.dbid}`;
    const uri = `${request.protocol}://${request.host}/api/v2${relative}`;
    return sendJson(
      reply,
      200,
      JSON.stringify({ statusCode: GwsStatus.ok, id: String(created.dbid), uri, path: relative }),
    );
  });

  app.put(path, async (request, reply) => {
    const caller = callerOf(request);
    const { dbid, ...delta } = decodeDelta(parseBody(request.body as string), spec, platform.switches);
    await platform.run(actorOf(request), (draft) =>
      updateObject(draft, caller, { type: spec.type, dbid }, delta),
    );
    return sendJson(reply, 200, '{"statusCode":0}');
  });

  app.delete(one, async (request, reply) => {
    const caller = callerOf(request);
    await platform.run(actorOf(request), (draft) =>
      deleteObject(draft, caller, { type: spec.type, dbid: dbidOf(request) }),
    );
    return sendJson(reply, 200, '{"statusCode":0}');
  });
}

function callerOf(request: FastifyRequest): ConfigObject {
  if (!request.gwsCaller) throw new GwsError(401, GwsStatus.noPermission, 'Authentication is required');
  return request.gwsCaller;
}

const actorOf = (request: FastifyRequest): string => `gws:${callerOf(request).scalars['userName'] ?? ''}`;

function dbidOf(request: FastifyRequest): number {
  const { dbid } = request.params as { dbid: string };
  if (!/^\d{1,9}$/.test(dbid)) throw resourceNotFound();
  return Number(dbid);
}

function encoderOf(platform: Platform): () => Encoder {
  let made: { switches: Switches; encoder: Encoder } | undefined;
  return () => {
    const { switches } = platform;
    if (made?.switches !== switches) made = { switches, encoder: new Encoder(switches) };
    return made.encoder;
  };
}

function refuseCsrf(reply: FastifyReply, switches: Switches): FastifyReply {
  const text = 'Missing or invalid Csrf token';
  if (switches.csrfRefusal === 'text')
    return reply.code(403).header('content-type', 'text/plain;charset=UTF-8').send(text);
  return sendJson(reply, 403, JSON.stringify({ statusCode: GwsStatus.forbidden, statusMessage: text }));
}

function answerError(reply: FastifyReply, error: unknown, platform: Platform): FastifyReply {
  if (error instanceof Refusal) {
    const { http, body } = refusalAnswer(error, platform.switches);
    return sendJson(reply, http, JSON.stringify(body));
  }
  if (error instanceof GwsError) {
    if (error.http === 401) void reply.header('www-authenticate', 'Basic realm="GWS"');
    return sendJson(
      reply,
      error.http,
      JSON.stringify({ statusCode: error.statusCode, statusMessage: error.message }),
    );
  }
  const http = platform.isStale ? 503 : 500;
  return sendJson(
    reply,
    http,
    JSON.stringify({ statusCode: GwsStatus.internal, statusMessage: 'Internal error' }),
  );
}
