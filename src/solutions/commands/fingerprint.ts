import { createHash } from 'node:crypto';
import type { Json } from '../../saga/json.js';
import { canonical } from '../../saga/json.js';

/** SHA-256 over canonical JSON: two bodies that say the same in another order of members are the same request. */
export function fingerprintOf(body: unknown): string {
  return createHash('sha256')
    .update(canonical(body as Json))
    .digest('hex');
}
