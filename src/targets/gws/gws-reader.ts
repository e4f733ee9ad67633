import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import { ListBody } from '../http/list-body.js';
import type { GwsClient } from './gws-client.js';
import type { Wire } from './wire.js';
import { integerOf, isWire, listOf, MalformedAnswer, structureOf } from './wire.js';

/** What is kept of an item; undefined: nothing. @throws MalformedAnswer when it cannot be read */
export type Take<T> = (item: Wire) => T | undefined;

/**
 * Lists and single objects of a collection, as they stand in the platform's JSON. Lists come whole, without pages:
 * each item is looked at as it arrives, and only what is wanted of it stays in memory.
 */
export class GwsReader {
  constructor(private readonly client: GwsClient) {}

  /** @param query with its question mark; empty lists the whole collection */
  async list<T>(
    call: Call,
    collection: string,
    query: string,
    what: string,
    take: Take<T>,
  ): Promise<readonly T[]> {
    let kept: T[] = [];
    let seen = 0;
    const look = (item: unknown): void => {
      seen += 1;
      const wanted = understood(what, () => take(bare(item, collection)));
      if (wanted !== undefined) kept.push(wanted);
    };
    const outcome = await this.client.readList(call, `${collection}${query}`, what, () => {
      [kept, seen] = [[], 0];
      return new ListBody(collection, look);
    });
    if (outcome.outcome === 'absent') {
      if (!outcome.certain) await this.requireCollection(call, collection, query, what);
      return [];
    }
    for (const item of understood(what, () => leftOver(outcome.body, collection))) look(item);
    const total = integerOf(outcome.body['totalCount']);
    if (total !== null && total > seen) throw cut(what, collection, seen, total);
    return kept;
  }

  /** null: not there, or not to be seen by us. */
  async one(
    call: Call,
    kind: { collection: string; singular: string },
    dbid: number,
    what: string,
  ): Promise<Wire | null> {
    const outcome = await this.client.request(call, 'GET', `${kind.collection}/${dbid}`, what);
    if (outcome.outcome === 'absent') {
      if (!outcome.certain) await this.requireAbsence(call, kind.collection, dbid, what);
      return null;
    }
    const item = outcome.body[kind.singular];
    if (!isWire(item)) throw new CallError('transient', `${what}: an answer without ${kind.singular}`);
    return understood(what, () => bare(item, kind.singular));
  }

  /**
   * A plain 404 is also what a feature that is not enabled answers, and it may be turned off while we look: an object is
   * gone only when its collection can be listed and does not show it.
   */
  private async requireAbsence(call: Call, collection: string, dbid: number, what: string): Promise<void> {
    const found = await this.list(call, collection, `?dbid=${dbid}`, what, (item) =>
      dbidOf(item) === dbid ? item : undefined,
    );
    if (found.length > 0)
      throw new CallError('transient', `${what}: not found, but it stands in the list of ${collection}`);
  }

  /** A platform may answer a list without items as "not found"; a collection that it does not have answers so without a filter too. */
  private async requireCollection(
    call: Call,
    collection: string,
    query: string,
    what: string,
  ): Promise<void> {
    if (query === '') throw featureOff('read', collection, what);
    await this.list(call, collection, '', what, () => undefined);
  }
}

const dbidOf = (item: Wire): number | null => integerOf(structureOf(item, 'CfgGroup', 'groupInfo')['DBID']);

/** An item may stand under its class or singular name instead of bare. */
function bare(item: unknown, where: string): Wire {
  if (!isWire(item)) throw new MalformedAnswer(`${where} with an item that is not an object`);
  const [[name, inner] = [], second] = Object.entries(item);
  const isWrapped = second === undefined && isWire(inner) && name !== 'CfgGroup' && name !== 'groupInfo';
  return isWrapped ? inner : item;
}

/** What was not taken apart: nothing, or the bare object of a list of one. An empty list may be left out. */
function leftOver(body: Wire, collection: string): readonly unknown[] {
  const list = body[collection];
  const isOther = Object.values(body).some((member) => typeof member === 'object' && member !== null);
  if (list === undefined && isOther) throw new MalformedAnswer(`a list without ${collection}`);
  return listOf(list);
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

/** Isolation cannot be shown on a part of a list, and how this API would be asked for the next part is not documented. */
function cut(what: string, collection: string, seen: number, total: number): CallError {
  const detail = `${what}: the target shows ${seen} of ${total} ${collection}; lists are needed whole`;
  return new CallError('invalid', detail, { platform: 'totalCount' });
}

export function featureOff(access: 'read' | 'write', collection: string, what: string): CallError {
  const feature = `api-platform-configuration-${access}`;
  const detail = `${what}: ${collection} does not exist at this target; is the feature ${feature} enabled for its contact centre, and does baseUrl end with /api/v2?`;
  return new CallError('invalid', detail, { platform: 'HTTP 404' });
}
