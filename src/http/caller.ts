import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { roles, type ApiKey, type Role } from '../config/api-keys.js';
import { AppError } from '../errors.js';

/** Who asks, what they may do, and where; `*` stands for every target or tenant. */
export type Caller = Pick<ApiKey, 'name' | 'roles' | 'scopes'>;

/** Where something is asked for. */
export interface Place {
  readonly target: string;
  readonly tenant: string;
}

/** The one caller where nobody signs in. */
export const localCaller: Caller = {
  name: 'local',
  roles: [...roles],
  scopes: [{ target: '*', tenant: '*' }],
};

/** `admin` may do everything, and every role may look. */
export function mayDo(caller: Caller, role: Role, place: Place): boolean {
  const has = role === 'viewer' || caller.roles.includes(role) || caller.roles.includes('admin');
  return (
    has && caller.scopes.some((scope) => fits(scope.target, place.target) && fits(scope.tenant, place.tenant))
  );
}

const fits = (scope: string, name: string): boolean => scope === '*' || scope === name;

/** @throws AppError `forbidden` */
export function allow(caller: Caller, role: Role, place: Place): void {
  if (mayDo(caller, role, place)) return;
  throw new AppError(
    'forbidden',
    `${caller.name} needs the role "${role}" on target "${place.target}", tenant "${place.tenant}".`,
  );
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** The caller of this request: `@CurrentCaller() caller: Caller`. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === undefined) throw new AppError('unauthenticated', 'This resource needs a caller.');
  return caller;
});

export const publicKey = 'http:public';

/** Answers without sign-in. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(publicKey, true);
