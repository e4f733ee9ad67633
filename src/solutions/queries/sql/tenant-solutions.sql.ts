import type { Queryable } from '../../../database/database.js';
import { naturalName } from '../../rules/natural-names.js';
import type { MarkedSolution, TenantSolution } from '../../rules/tenant-facts.js';

const LIVE_SOLUTIONS = `
  SELECT s.id, s.key, s.display_name, s.state, s.isolation,
    coalesce((s.desired #>> '{isolation,requireExclusive}')::boolean, false) AS exclusive,
    (s.observed ->> 'newestBusinessProcess')::bigint AS newest,
    array(SELECT c.resource FROM claim c WHERE c.solution_id = s.id ORDER BY c.resource) AS claims
  FROM solution s WHERE s.target = $1 AND s.tenant = $2 AND s.live ORDER BY s.key`;

/** The live solutions of a tenant with what they have claimed. */
export async function findTenantSolutions(
  db: Queryable,
  target: string,
  tenant: string,
): Promise<readonly TenantSolution[]> {
  const { rows } = await db.query<{
    id: string;
    key: string;
    display_name: string;
    state: string;
    isolation: string;
    exclusive: boolean;
    newest: string | null;
    claims: string[];
  }>(LIVE_SOLUTIONS, [target, tenant]);
  const [ofScripts, ofServers] = [
    naturalName.script(target, tenant, ''),
    naturalName.application(target, ''),
  ];
  const named = (claims: readonly string[], prefix: string): string[] =>
    claims.filter((claim) => claim.startsWith(prefix)).map((claim) => claim.slice(prefix.length));
  return rows.map(({ claims, display_name: displayName, exclusive: requireExclusive, newest, ...row }) => ({
    ...row,
    newestBusinessProcess: newest === null ? null : Number(newest),
    displayName,
    requireExclusive,
    businessProcesses: named(claims, ofScripts),
    servers: named(claims, ofServers),
  }));
}

const MARKED_SOLUTIONS = `
  SELECT id, key, state, live, (observed #>> '{accessGroup,dbid}')::bigint AS access_group,
    (observed #>> '{person,dbid}')::bigint AS person
  FROM solution WHERE id = ANY ($1::uuid[])`;

/** The solutions of these ids, whatever became of them. @param ids UUIDs */
export async function findMarkedSolutions(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MarkedSolution>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{
    id: string;
    key: string;
    state: string;
    live: boolean;
    access_group: string | null;
    person: string | null;
  }>(MARKED_SOLUTIONS, [ids]);
  const dbid = (text: string | null): number | null => (text === null ? null : Number(text));
  return new Map(
    rows.map(({ access_group, person, ...row }) => [
      row.id,
      { ...row, accessGroup: dbid(access_group), person: dbid(person) },
    ]),
  );
}
