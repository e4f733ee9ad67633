import type { Json } from '../saga/json.js';
import type { Desired } from './desired.js';
import type { Adopted } from './rules/adopted.js';
import { naturalName } from './rules/natural-names.js';
import type { SolutionRow } from './solution-view.js';

/** How a server was before it became the solution's. */
export interface FormerServer {
  readonly [key: string]: Json;
  readonly dbid: number;
  readonly account: { readonly type: number; readonly dbid: number };
  readonly running: boolean;
}

/** What a solution holds when a later operation is accepted: what that one may have to take away again. */
export interface Standing {
  readonly [key: string]: Json;
  readonly state: 'active' | 'failed';
  /** Natural names; after an abandoned change more than what is desired. */
  readonly claims: readonly string[];
  /** Names of primaries. */
  readonly interactionServers: readonly string[];
  readonly businessProcesses: readonly string[];
  /** Last known DBIDs: what is gone may have left entries behind. */
  readonly accessGroup: number | null;
  readonly person: number | null;
  readonly servers: readonly FormerServer[];
  /** What was there before the solution; left out where nothing was, and in what was accepted before there was adopting. */
  readonly adopted?: Adopted;
}

export type ServerAfter = 'stopped' | 'former';

/** What a change works towards, and from what. */
export interface ChangeDesired extends Desired {
  readonly standing: Standing;
}

/** What an offboarding takes away. */
export interface OffboardingDesired extends ChangeDesired {
  readonly serverAfter: ServerAfter;
}

/** @param claims natural names the solution holds in the database */
export function standingOf(solution: SolutionRow, claims: readonly string[]): Standing {
  const { target, tenant, state, observed } = solution;
  const named = (prefix: string): string[] =>
    claims.filter((claim) => claim.startsWith(prefix)).map((claim) => claim.slice(prefix.length));
  return {
    state: state === 'failed' ? 'failed' : 'active',
    claims,
    interactionServers: named(naturalName.application(target, '')),
    businessProcesses: named(naturalName.script(target, tenant, '')),
    accessGroup: dbidOf(observed?.accessGroup?.dbid),
    person: dbidOf(observed?.person?.dbid),
    servers: (observed?.servers ?? []).flatMap(({ dbid, former }) =>
      former === undefined || former === null ? [] : [{ dbid, ...former }],
    ),
    ...(observed?.adopted === undefined ? {} : { adopted: observed.adopted }),
  };
}

const dbidOf = (dbid: Json | undefined): number | null => (typeof dbid === 'number' ? dbid : null);

/** What is kept as the solution's desired state: without what only the operation needed. */
export function desiredAlone({
  standing: _standing,
  serverAfter: _serverAfter,
  ...desired
}: Desired & { readonly standing?: Json; readonly serverAfter?: Json }): Desired {
  return desired;
}
