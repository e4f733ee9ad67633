import { CallError } from '../../saga/call-error.js';
import type { Call } from '../../saga/call.js';
import type { MaybeSeen } from '../../saga/by-hand.js';
import type { ApplicationObject, ConfigObjects, ObjectId } from '../../solutions/ports/config-objects.js';
import { ObjectType, WellKnown } from '../../solutions/ports/object-types.js';

const everyone = { type: ObjectType.accessGroup, dbid: WellKnown.everyone };
export const system = { type: ObjectType.accessGroup, dbid: WellKnown.system };

const same = (a: ObjectId, b: ObjectId): boolean => a.type === b.type && a.dbid === b.dbid;
const has = (list: readonly ApplicationObject[], dbid: number): boolean =>
  list.some((application) => application.dbid === dbid);

/**
 * As which of these accounts an application runs, by the account filter of its list, which is documented but was never
 * seen in use. So its answers are held against controls: an application that is in the list of exactly one account, and
 * not in that of EVERYONE, which is nobody's account, has it. In any other case nothing is known: the filter is ignored,
 * the account is another one, or the service user may not read the permissions of this application.
 * @throws CallError of any class but `invalid`
 */
export async function accountByFilter(
  objects: ConfigObjects,
  call: Call,
  applicationDbid: number,
  candidates: readonly ObjectId[],
): Promise<MaybeSeen<ObjectId>> {
  const asked = [system, ...candidates].filter(
    (account, index, all) =>
      all.findIndex((other) => same(account, other)) === index && !same(account, everyone),
  );
  try {
    const lists = await Promise.all(
      [everyone, ...asked].map((account) => objects.find(call, 'application', { account })),
    );
    if (has(lists[0] ?? [], applicationDbid)) return { unseen: ignored };
    const found = asked.filter((_, index) => has(lists[index + 1] ?? [], applicationDbid));
    const [only] = found;
    if (found.length > 1) return { unseen: ignored };
    return only === undefined ? { unseen: hidden } : { seen: only };
  } catch (error) {
    if (error instanceof CallError && error.errorClass === 'invalid') return { unseen: ignored };
    throw error;
  }
}

const ignored =
  'the objects API does not know the account filter, so nobody but a person sees the account of a server';
const hidden =
  'the objects API shows this server under none of the accounts it may have: it has another one, or the service user may not read its permissions';
