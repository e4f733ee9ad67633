import type { FastifyReply } from 'fastify';
import type { Platform } from '../platform.js';
import { Refusal } from '../world/refusal.js';

/** An answer of the bridge itself, before any server behind it is asked. */
export class BridgeError extends Error {
  constructor(
    readonly http: number,
    message: string,
  ) {
    super(message);
    this.name = 'BridgeError';
  }
}

const HTTP: Partial<Record<Refusal['kind'], number>> = { 'not-found': 404, 'no-permission': 403 };

/** EventError, decoded; what SCS refuses carries its own code as well. */
export function answerError(reply: FastifyReply, error: unknown, platform: Platform): FastifyReply {
  if (error instanceof Refusal) {
    const { objectType, objectProperty, message, scsError } = error;
    const body = { errorType: error.errorType(platform.switches), objectType, objectProperty, message };
    return reply.code(HTTP[error.kind] ?? 409).send(scsError === undefined ? body : { ...body, scsError });
  }
  const isOwn = error instanceof BridgeError;
  if (!isOwn && platform.isStale) void reply.header('retry-after', '1');
  const body = {
    errorType: 0,
    objectType: 0,
    objectProperty: 0,
    message: isOwn ? error.message : 'the bridge failed',
  };
  return reply.code(isOwn ? error.http : platform.isStale ? 503 : 500).send(body);
}
