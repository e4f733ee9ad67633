import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, messageOf } from '../errors.js';
import { asAppError } from './as-app-error.js';
import { problemDocument } from './problem-document.js';
import { RouteTable } from './route-table.js';

/** Every error leaves as application/problem+json (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = request.is404 ? this.routes.methodsAt(path) : [];
    const known = request.is404 ? noRoute(request.method, path, methods) : asAppError(error);
    if (known.kind === 'internal') {
      this.log.error({ err: known.cause ?? known, traceId: request.id }, `${request.method} ${path} failed`);
    } else if (known.kind === 'unavailable' && known.cause !== undefined) {
      // The caller is told that it passes; whoever has to mend it needs the words of what failed.
      const cause = messageOf(known.cause);
      this.log.warn(
        { code: known.code, cause, traceId: request.id },
        `${request.method} ${path}: ${known.detail}`,
      );
    }
    if (methods.length > 0) void reply.header('allow', methods.join(', '));
    sendProblem(reply, known, { instance: path, traceId: request.id });
  }
}

function noRoute(method: string, path: string, methods: readonly string[]): AppError {
  const hint =
    path.length > 1 && path.endsWith('/')
      ? ' Leave the slash at its end out.'
      : ' See /docs for all there is.';
  return methods.length > 0
    ? new AppError('method-not-allowed', `${path} does not take ${method}, but ${methods.join(', ')}.`)
    : new AppError('not-found', `Nothing lives at ${path}.${hint}`);
}

// When nobody knows how long.
const defaultRetryAfterMs = 2_000;

export function sendProblem(
  reply: FastifyReply,
  error: AppError,
  context: { instance: string; traceId: string },
): void {
  const document = problemDocument(error, context);
  const retryAfterMs = error.retryAfterMs ?? (error.kind === 'unavailable' ? defaultRetryAfterMs : undefined);
  if (retryAfterMs !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  if (error.kind === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
  // Serialised here: a schema of the route would drop members.
  void reply
    .status(document.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(document);
}
