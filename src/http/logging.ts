import type { IncomingMessage } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Params } from 'nestjs-pino';
import type { Config } from '../config/config.js';

/** Whatever a caller or a target sends as proof of who it is. */
export const redactedPaths = [
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
];

/** Asked every few seconds by machines. */
const quietPaths = /^\/(health|metrics)(\/|\?|$)/;

// Middleware sees `url` without the part it is mounted at.
const pathOf = (request: IncomingMessage & { originalUrl?: string }): string =>
  request.originalUrl ?? request.url ?? '';

/** For nestjs-pino's `LoggerModule.forRoot`: one JSON line per request with its trace id, without bodies and secrets. */
export function loggingOptions(level: Config['logLevel']): Params {
  return {
    pinoHttp: {
      level,
      redact: redactedPaths,
      autoLogging: { ignore: (request) => quietPaths.test(pathOf(request)) },
      serializers: {
        req: ({ id, method, url }: FastifyRequest) => ({ traceId: id, method, url }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
      // What the caller did wrong is the caller's; ours is logged where it is caught.
      customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'info'),
    },
    // nestjs-pino 5 on Fastify logs no request without this.
    forRoutes: [{ path: '{*splat}', method: RequestMethod.ALL }],
  };
}
