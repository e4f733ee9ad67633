import type { ChangeDesired } from '../standing.js';
import type { InspectedServer } from './inspection.js';
import { inspectionLocks } from './inspection-plan.js';
import type { NameAndDbid, SolutionRefs } from './refs.js';
import type { LeavingPair } from './release.js';
import { bothOf } from './release.js';
import type { StandingObjects } from './standing-objects.js';

const nameAndDbid = ({ application: { name, dbid } }: InspectedServer): NameAndDbid => ({ name, dbid });

export const leavingRefs = (
  businessProcesses: readonly NameAndDbid[],
  pairs: readonly LeavingPair[],
): SolutionRefs['leaving'] & { readonly [key: string]: never } =>
  ({
    businessProcesses,
    servers: pairs.map(({ primary, backup }) => ({
      primary: nameAndDbid(primary),
      backup: backup === null ? null : nameAndDbid(backup),
    })),
  }) as never;

/** Everything that joins, stays or leaves. */
export function standingLocks(
  desired: ChangeDesired,
  { pairs }: Pick<StandingObjects, 'pairs'>,
  joining: readonly InspectedServer[],
): readonly string[] {
  const servers = [...joining, ...pairs.flatMap(bothOf)].map(({ application }) => application.name);
  const businessProcesses = [
    ...new Set([...desired.businessProcesses, ...desired.standing.businessProcesses]),
  ];
  return inspectionLocks({ ...desired, businessProcesses }, [...new Set(servers)]);
}
