import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { isLoopback } from '../config/loopback.js';
import { AppError } from '../errors.js';
import { localCaller, publicKey, type Caller } from './caller.js';

/**
 * Without sign-in whoever reaches the loopback address may do everything: a page that a browser shows must not, by a name
 * of its own that leads here (DNS rebinding). A browser always says which name it used.
 */
function refuseForeignHost(request: FastifyRequest): void {
  const { hostname } = request;
  if (isLoopback(hostname)) return;
  throw new AppError(
    'forbidden',
    `Without sign-in the service answers to loopback names only, not to "${hostname.slice(0, 100)}". Use http://localhost or set AUTH_API_KEYS.`,
  );
}

/** Finds the caller by `Authorization: Bearer <key>` or `X-API-Key: <key>`; without sign-in everybody is `local`. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly keys: { hash: Buffer; caller: Caller }[] | undefined;

  constructor(
    config: Config,
    private readonly reflector: Reflector,
  ) {
    this.keys = config.auth?.apiKeys.map(({ sha256, ...caller }) => ({
      hash: Buffer.from(sha256, 'hex'),
      caller,
    }));
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.keys === undefined) {
      refuseForeignHost(request);
      request.caller = localCaller;
      return true;
    }
    if (this.reflector.getAllAndOverride<boolean>(publicKey, [context.getHandler(), context.getClass()]))
      return true;
    const caller = this.callerOf(request);
    if (caller === undefined)
      throw new AppError(
        'unauthenticated',
        'Send a known key as "Authorization: Bearer <key>" or "X-API-Key: <key>".',
      );
    request.caller = caller;
    return true;
  }

  /** Compares with every key, each in constant time: how long it takes tells nothing. */
  private callerOf({ headers }: FastifyRequest): Caller | undefined {
    const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key'];
    if (typeof key !== 'string') return undefined;
    const hash = createHash('sha256').update(key).digest();
    return this.keys?.filter((known) => timingSafeEqual(known.hash, hash))[0]?.caller;
  }
}
