import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Platform } from '../platform.js';
import type { Id } from '../world/records.js';
import { notFound } from '../world/refusal.js';
import { BridgeError } from './answers.js';

export const ACTOR = 'bridge';
const dbid = z.coerce.number().int().positive();
export const objectPath = z.object({ objectType: dbid, dbid });
export const applicationPath = z.object({ dbid });
export const accountSchema = z.strictObject({
  accountType: z.number().int(),
  accountDbid: z.number().int().positive(),
});
export const effectiveQuery = z.strictObject({ account_type: dbid, account_dbid: dbid });

/** @throws BridgeError 400 */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new BridgeError(400, z.prettifyError(result.error));
  return result.data;
}

/** @throws BridgeError 400 */
export function bodyOf(request: FastifyRequest): unknown {
  const text = typeof request.body === 'string' && request.body !== '' ? request.body : '{}';
  try {
    return JSON.parse(text);
  } catch {
    throw new BridgeError(400, 'the body is not JSON');
  }
}

/**
 * The hash is compared in the same turn as the write: the gap that a real bridge has between its reading and writing is
 * not here. @throws BridgeError 412
 */
export function checkIfMatch(request: FastifyRequest, hash: string): void {
  const given = request.headers['if-match'];
  if (given !== undefined && given !== '*' && given.replace(/^W\//, '') !== hash)
    throw new BridgeError(412, 'the value has changed since it was read');
}

/** @throws Refusal not found */
export function existing(platform: Platform, type: number, id: number): Id {
  const object = platform.world.object(type, id);
  if (!object) throw notFound();
  return object;
}
