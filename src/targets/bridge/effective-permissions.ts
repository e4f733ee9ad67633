import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import { numberIn } from './answer.js';
import type { BridgeClient } from './bridge-client.js';
import { malformed } from './bridge-client.js';

/** The most that the contract lets one request ask for. */
const chunkSize = 1_000;

/** Masks in the order asked, chunk after chunk; null where the object does not exist. */
export async function effectivePermissions(
  client: BridgeClient,
  call: Call,
  account: ObjectId,
  objects: readonly ObjectId[],
): Promise<readonly (number | null)[]> {
  const masks: (number | null)[] = [];
  for (let start = 0; start < objects.length; start += chunkSize) {
    masks.push(...(await masksOf(client, call, account, objects.slice(start, start + chunkSize))));
  }
  return masks;
}

/**
 * The contract does not say what one missing object among many answers. Where it fails the whole request, halves find
 * it: twenty requests for one in a thousand.
 */
async function masksOf(
  client: BridgeClient,
  call: Call,
  account: ObjectId,
  objects: readonly ObjectId[],
): Promise<readonly (number | null)[]> {
  const what = `asking for the rights of ${account.type}/${account.dbid} on ${objects.length} objects`;
  const body = {
    accountType: account.type,
    accountDbid: account.dbid,
    objects: objects.map((object) => ({ objectType: object.type, dbid: object.dbid })),
  };
  const request = { method: 'POST', address: 'effective-permissions', what, effect: false, body } as const;
  const { outcome } = await client.request(call, request);
  if (outcome.outcome === 'ok') return decodeResults(outcome.body['results'], objects, what);
  const { objectType } = outcome;
  if (objectType === account.type && objects.every((object) => object.type !== objectType)) {
    throw new CallError('conflict', `${what}: there is no such account`);
  }
  if (objects.length === 1) return [null];
  const half = Math.ceil(objects.length / 2);
  const first = await masksOf(client, call, account, objects.slice(0, half));
  return [...first, ...(await masksOf(client, call, account, objects.slice(half)))];
}

/** A list that is short or in another order would prove an isolation that nobody looked at. */
function decodeResults(
  results: unknown,
  objects: readonly ObjectId[],
  what: string,
): readonly (number | null)[] {
  if (!Array.isArray(results) || results.length !== objects.length)
    throw malformed(what, 'an answer for other objects');
  return objects.map((object, i) => {
    const result = results[i] as unknown;
    const members = result !== null && typeof result === 'object' ? (result as Record<string, unknown>) : {};
    if (numberIn(members, 'objectType') !== object.type || numberIn(members, 'dbid') !== object.dbid) {
      throw malformed(what, 'results in another order than asked');
    }
    const mask = numberIn(members, 'accessMask');
    if (mask === null && members['accessMask'] !== null) throw malformed(what, 'a result without a mask');
    return mask;
  });
}
