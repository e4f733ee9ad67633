import type { FastifyReply } from 'fastify';
import type { Refusal } from '../world/refusal.js';
import { platformCode } from '../world/refusal.js';
import type { Switches } from '../world/switches.js';

/** `statusCode` of Genesys Web Services. */
export const GwsStatus = {
  ok: 0,
  parameterMissing: 1,
  notValid: 2,
  forbidden: 3,
  internal: 4,
  noPermission: 5,
  notFound: 6,
} as const;

export interface GwsAnswer {
  readonly http: number;
  readonly body: {
    readonly statusCode: number;
    readonly statusMessage?: string;
    readonly platformCode?: number;
  };
}

/** An answer that is an error of GWS itself, before Configuration Server is asked. */
export class GwsError extends Error {
  constructor(
    readonly http: number,
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'GwsError';
  }
}

/** Business errors are HTTP 500 with statusCode 4 and the platformCode; seen so for uniqueness and not found. */
export function refusalAnswer(refusal: Refusal, switches: Switches): GwsAnswer {
  if (refusal.kind === 'no-permission' && switches.permissionRefusal === '403/5')
    return {
      http: 403,
      body: { statusCode: GwsStatus.noPermission, statusMessage: 'User lacks permission' },
    };
  // Not found comes as the bare 10, without object and property.
  const code =
    refusal.kind === 'not-found'
      ? refusal.errorType(switches)
      : platformCode(refusal.errorType(switches), refusal.objectType, refusal.objectProperty);
  const statusMessage = `Platform exception: ${refusal.message}`;
  return { http: 500, body: { statusCode: GwsStatus.internal, statusMessage, platformCode: code } };
}

export const resourceNotFound = (): GwsError => new GwsError(404, GwsStatus.notFound, 'Resource not found');

export function sendJson(reply: FastifyReply, http: number, json: string): FastifyReply {
  return reply.code(http).header('content-type', 'application/json;charset=UTF-8').send(json);
}
