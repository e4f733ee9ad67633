import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Platform } from '../platform.js';
import type { Draft } from '../world/draft.js';
import { Access, Type } from '../world/ids.js';
import type { Server } from '../world/records.js';
import { stoppedServer } from '../world/server-records.js';
import { start, stop, switchOver } from '../world/servers.js';
import { ACTOR, applicationPath, bodyOf, existing, parse } from './requests.js';
import { allow } from './user.js';

const stopBody = z.strictObject({ graceful: z.boolean().default(false) });
const shownStatus = (s: Server): object => ({ status: s.status, runMode: s.runMode });

/** Solution Control Server. */
export function control(app: FastifyInstance, platform: Platform): void {
  const path = '/v1/applications/:dbid';
  const idOf = (request: FastifyRequest): number => parse(applicationPath, request.params).dbid;

  const may = (id: number, bit: number): void => {
    allow(platform, existing(platform, Type.application, id), bit);
  };
  const order = (request: FastifyRequest, act: (draft: Draft, id: number) => Server): Promise<Server> => {
    const id = idOf(request);
    return platform.run(ACTOR, (draft) => {
      may(id, Access.execute);
      return act(draft, id);
    });
  };

  app.get(`${path}/status`, (request) => {
    const id = idOf(request);
    may(id, Access.read);
    return shownStatus(platform.world.server(id) ?? stoppedServer);
  });
  app.post(`${path}/start`, async (request, reply) => {
    const server = await order(request, start);
    return reply.code(202).send({ status: server.status });
  });
  app.post(`${path}/stop`, async (request, reply) => {
    const { graceful } = parse(stopBody, bodyOf(request));
    const server = await order(request, (draft, id) => stop(draft, id, graceful));
    return reply.code(202).send({ status: server.status });
  });
  app.post(`${path}/switch-over`, async (request, reply) => {
    const server = await order(request, switchOver);
    return reply.code(202).send(shownStatus(server));
  });
}
