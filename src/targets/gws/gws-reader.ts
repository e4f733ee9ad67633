import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { GwsClient } from './gws-client.js';
import type { Wire } from './wire.js';
import { isWire, listOf, MalformedAnswer } from './wire.js';

/** Lists and single objects of a collection, as they stand in the platform's JSON. */
export class GwsReader {
  /** Collections that have answered: a 404 there means the object, elsewhere it may mean a feature that is off. */
  private readonly enabled = new Set<string>();

  constructor(private readonly client: GwsClient) {}

  async list(call: Call, collection: string, query: string, what: string): Promise<readonly Wire[]> {
    const outcome = await this.client.request(call, 'GET', `${collection}${query}`, what);
    if (outcome.outcome === 'absent') {
      if (outcome.certain) return [];
      throw featureOff('read', collection, what);
    }
    this.enabled.add(collection);
    return understood(what, () => itemsOf(outcome.body, collection));
  }

  async one(
    call: Call,
    kind: { collection: string; singular: string },
    dbid: number,
    what: string,
  ): Promise<Wire | null> {
    const outcome = await this.client.request(call, 'GET', `${kind.collection}/${dbid}`, what);
    if (outcome.outcome === 'absent') {
      if (!outcome.certain && !this.enabled.has(kind.collection)) {
        await this.list(call, kind.collection, `?dbid=${dbid}`, what);
      }
      return null;
    }
    this.enabled.add(kind.collection);
    const item = outcome.body[kind.singular];
    if (!isWire(item)) throw new CallError('transient', `${what}: an answer without ${kind.singular}`);
    return item;
  }
}

/** An empty list may be left out; anything else in its place is not an answer to be trusted. */
function itemsOf(body: Wire, collection: string): readonly Wire[] {
  const list = body[collection];
  if (
    list === undefined &&
    Object.values(body).some((member) => typeof member === 'object' && member !== null)
  ) {
    throw new MalformedAnswer(`a list without ${collection}`);
  }
  const items = listOf(list);
  if (!items.every(isWire)) throw new MalformedAnswer(`${collection} with items that are not objects`);
  return items;
}

/** Turns "this cannot be read" of the decoders into a failed call. */
export function understood<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    throw new CallError('transient', `${what}: ${error.message}`, { cause: error });
  }
}

export function featureOff(access: 'read' | 'write', collection: string, what: string): CallError {
  const feature = `api-platform-configuration-${access}`;
  const detail = `${what}: ${collection} does not exist at this target; is the feature ${feature} enabled for its contact centre?`;
  return new CallError('invalid', detail, { platform: 'HTTP 404' });
}
