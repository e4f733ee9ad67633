import type { Call } from '../../saga/call.js';
import type { Target } from '../ports/target.js';
import { ObjectType } from '../ports/object-types.js';
import type { SolutionRefs } from '../rules/refs.js';
import type { LeavingPair } from '../rules/release.js';
import { bothOf } from '../rules/release.js';
import type { Entry } from './read-entries.js';
import { readEntries } from './read-entries.js';
import { accountsOfOurs, readServer } from './read-inspection.js';

/** The servers that leave the solution as they are now; one that has gone since the inspection is left out. @throws CallError */
export async function readLeavingPairs(
  target: Target,
  call: Call,
  { leaving, person }: SolutionRefs,
): Promise<readonly LeavingPair[]> {
  const read = async (dbid: number) =>
    readServer(
      target,
      call,
      await target.objects.get(call, 'application', dbid),
      accountsOfOurs(typeof person === 'number' ? person : null),
    );
  const pairs = await Promise.all(
    leaving.servers.map(async ({ primary, backup }) => {
      const [first, second] = await Promise.all([
        read(primary.dbid),
        backup === null ? null : read(backup.dbid),
      ]);
      return first === null ? [] : [{ primary: first, backup: second }];
    }),
  );
  return pairs.flat();
}

/** The Person's entries on the applications that leave. @throws CallError */
export function readLeavingEntries(
  target: Target,
  call: Call,
  pairs: readonly LeavingPair[],
  personDbid: number | null,
): Promise<readonly Entry[]> {
  const applications = pairs.flatMap(bothOf).map(({ application: { name, dbid } }) => ({
    type: ObjectType.application,
    name,
    dbid,
  }));
  return readEntries(target, call, applications, { type: ObjectType.person, dbid: personDbid });
}
