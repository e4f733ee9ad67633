import type { FastifyInstance } from 'fastify';
import type { Platform } from '../platform.js';
import { account } from './account.js';
import { answerError, BridgeError } from './answers.js';
import { control } from './control.js';
import { permissions } from './permissions.js';

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
