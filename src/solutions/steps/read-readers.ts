import type { Call } from '../../saga/call.js';
import type { ApplicationObject, ObjectId } from '../ports/config-objects.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import type { NamedObject } from '../rules/finding.js';
import { idOf } from '../rules/finding.js';
import { markOf } from '../rules/mark.js';
import type { Reader } from '../rules/readers.js';
import { cannotTell, reads } from '../rules/rights.js';
import type { AccountOfServers } from './read-accounts.js';
import { readAccounts } from './read-accounts.js';
import { readMasks } from './read-masks.js';

export interface Readers {
  /** In the order of their first servers; who reads nothing of it is there too. */
  readonly readers: readonly Reader[];
  /** Names of servers whose account cannot be told. */
  readonly unseenServers: readonly string[];
}

/** The accounts of these Interaction Servers, and which of the objects each of them reads. @throws CallError */
export async function readReaders(
  target: Target,
  call: Call,
  servers: readonly ApplicationObject[],
  objects: readonly NamedObject[],
): Promise<Readers> {
  const { accounts, unseenServers } = await readAccounts(target, call, servers);
  const readers = accounts.map((one) => readReader(target, call, one, objects));
  return { readers: await Promise.all(readers), unseenServers };
}

async function readReader(
  target: Target,
  call: Call,
  { account, servers }: AccountOfServers,
  objects: readonly NamedObject[],
): Promise<Reader> {
  const masks = await readMasks(target, call, account, objects.map(idOf));
  const isUnseen = masks.includes(cannotTell);
  const read = objects.filter((_, index) => reads(masks[index] ?? null));
  return {
    account,
    servers,
    reads: isUnseen ? cannotTell : read,
    // Who reads nothing is in no sentence: two hundred solutions that are kept apart cost no question each.
    ...(isUnseen || read.length > 0 ? await whoIs(target, call, account) : { name: '', solution: null }),
  };
}

/** @throws CallError */
export async function whoIs({ objects }: Target, call: Call, { type, dbid }: ObjectId) {
  if (type === ObjectType.person) {
    const person = await objects.get(call, 'person', dbid);
    const solution = person === null ? null : (markOf(person.annex)?.solution ?? null);
    return { name: person?.userName ?? `Person ${dbid}`, solution };
  }
  if (dbid === WellKnown.system) return { name: 'SYSTEM', solution: null };
  const group = await objects.get(call, 'accessGroup', dbid);
  return { name: group?.name ?? `access group ${dbid}`, solution: null };
}
