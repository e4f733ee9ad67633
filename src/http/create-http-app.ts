import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import { asAppError } from './as-app-error.js';
import { readJsonBodies } from './json-body.js';
import { measureRequests } from './metrics.js';
import { OpenRequests } from './open-requests.js';
import { sendProblem } from './problem.filter.js';
import { RouteTable } from './route-table.js';
import { traceIdOf } from './trace.js';
import { answerUnreadable } from './unreadable.js';

const bodyLimitBytes = 1_048_576;
/** For all of a request to come in, not for its answer: 1 MiB in a minute is 17 kB a second. Fastify's default is for ever. */
const requestWithinMs = 60_000;

/**
 * The application on Fastify, with everything that must be there before its routes are.
 * @param module imports nestjs-pino's LoggerModule, ConfigModule, DatabaseModule and HttpModule
 */
export async function createHttpApp(module: object): Promise<NestFastifyApplication> {
  // Nest's own parsers would take forms as well.
  const options = { bufferLogs: true, bodyParser: false, abortOnError: false };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class in name only
  const app = await NestFactory.create<NestFastifyApplication>(module, makeAdapter(), options);
  app.useLogger(app.get(Logger));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  readJsonBodies(fastify);
  const routes = app.get(RouteTable);
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  app.get(OpenRequests).count(fastify);
  measureRequests(fastify, app.get(Registry));
  await app.register(helmet, helmetOptions);
  return app;
}

function makeAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    // At the close open requests have their answers (open-requests.ts); a browser's spare connection would hold it up for a minute.
    forceCloseConnections: true,
    genReqId: traceIdOf,
    requestTimeout: requestWithinMs,
    // Names of tenants have up to 255 characters and Fastify's limit is 100; node limits an address to 16 KiB.
    routerOptions: { maxParamLength: 16_384 },
    clientErrorHandler: answerUnreadable,
    // Addresses that cannot be decoded never reach Nest.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(reply, asAppError(error), { instance: request.url, traceId: request.id });
    },
  });
}

const helmetOptions = {
  contentSecurityPolicy: {
    directives: {
      // The explorer's page has inline styles and a data: icon; its scripts are files.
      'default-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      // Plain http on loopback is how it starts.
      'upgrade-insecure-requests': null,
    },
  },
  hsts: false, // whoever ends TLS in front decides
};
