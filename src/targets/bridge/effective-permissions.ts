import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import { numberIn } from './answer.js';
import type { BridgeClient } from './bridge-client.js';
import { malformed } from './bridge-client.js';

type Masks = readonly (number | null)[];

/** One request; null when the bridge answers that something in it does not exist. */
type Ask = (objects: readonly ObjectId[]) => Promise<Masks | null>;

const objectNotFound = 10;

/** The most that the contract lets one request ask for. */
const chunkSize = 1_000;

/**
 * Masks in the order asked, chunk after chunk; null where the object does not exist.
 * @throws CallError `conflict` when the account does not exist: it is not one without rights
 */
export async function effectivePermissions(
  client: BridgeClient,
  call: Call,
  account: ObjectId,
  objects: readonly ObjectId[],
): Promise<Masks> {
  const ask: Ask = (some) => askFor(client, call, account, some);
  const masks: (number | null)[] = [];
  for (let start = 0; start < objects.length; start += chunkSize) {
    const chunk = objects.slice(start, start + chunkSize);
    const answer = await ask(chunk);
    if (answer === null && (await ask([account])) === null) {
      throw new CallError(
        'conflict',
        `asking for rights: there is no account ${account.type}/${account.dbid}`,
      );
    }
    masks.push(...(answer ?? (await withoutMissing(ask, chunk))));
  }
  return masks;
}

/**
 * The contract does not say what one missing object among many answers. Where it fails the whole request, halves find
 * it: twenty requests for one in a thousand.
 */
async function withoutMissing(ask: Ask, objects: readonly ObjectId[]): Promise<Masks> {
  if (objects.length === 1) return [null];
  const middle = Math.ceil(objects.length / 2);
  const halves = [objects.slice(0, middle), objects.slice(middle)];
  const masks: (number | null)[] = [];
  for (const half of halves) masks.push(...((await ask(half)) ?? (await withoutMissing(ask, half))));
  return masks;
}

async function askFor(
  client: BridgeClient,
  call: Call,
  account: ObjectId,
  objects: readonly ObjectId[],
): Promise<Masks | null> {
  const what = `asking for the rights of ${account.type}/${account.dbid} on ${objects.length} objects`;
  const body = {
    accountType: account.type,
    accountDbid: account.dbid,
    objects: objects.map((object) => ({ objectType: object.type, dbid: object.dbid })),
  };
  const request = { method: 'POST', address: 'effective-permissions', what, effect: false, body } as const;
  const { outcome } = await client.request(call, request);
  return outcome.outcome === 'ok' ? decodeResults(outcome.body['results'], objects, what) : null;
}

/** A list that is short or in another order would prove an isolation that nobody looked at. */
function decodeResults(results: unknown, objects: readonly ObjectId[], what: string): Masks {
  if (!Array.isArray(results) || results.length !== objects.length) {
    throw malformed(what, 'an answer for other objects');
  }
  return objects.map((object, i) => {
    const result = results[i] as unknown;
    const members = result !== null && typeof result === 'object' ? (result as Record<string, unknown>) : {};
    if (numberIn(members, 'objectType') !== object.type || numberIn(members, 'dbid') !== object.dbid) {
      throw malformed(what, 'results in another order than asked');
    }
    const mask = numberIn(members, 'accessMask');
    const isAbsent = members['accessMask'] === null || numberIn(members, 'errorType') === objectNotFound;
    if (mask === null && !isAbsent) throw malformed(what, 'a result without a mask');
    return mask;
  });
}
