import { allClasses } from '../world/classes/all-classes.js';
import type { ClassSpec } from '../world/classes/class-spec.js';
import { Access, Type, WellKnown } from '../world/ids.js';
import { backupOf, connectionsOf, hostOf, membersOf, tenantOf, tenantsOf } from '../world/object-views.js';
import type { ConfigObject, Id } from '../world/records.js';
import type { Switches } from '../world/switches.js';
import type { World } from '../world/world.js';
import { GwsError, GwsStatus } from './envelope.js';

interface Filter {
  readonly kind: 'number' | 'string';
  readonly matches: (o: ConfigObject, value: string, world: World, switches: Switches) => boolean;
  /** Bits that the caller needs on an object to have it found by this key. */
  readonly needs?: number;
  /** DBIDs among which the matches are, when an index knows. */
  readonly among?: (value: string, world: World) => readonly number[];
}

const attribute = (kind: Filter['kind'], name: string): Filter => ({
  kind,
  matches: (o, value) => o.scalars[name] === value,
});
const indexed = (type: number, name: string): Filter => ({
  ...attribute('string', name),
  among: (value, world) => world.having(type, name, value),
});
const numberOf = (
  matches: (o: ConfigObject, value: number, world: World, switches: Switches) => boolean,
): Filter => ({
  kind: 'number',
  matches: (o, value, world, switches) => matches(o, Number(value), world, switches),
});
const tenantIndexed = (type: number): Filter => ({
  ...numberOf((o, value) => tenantOf(o) === value),
  among: (value, world) => world.ofTenant(type, Number(value)),
});
const byServer = (
  among: (dbid: number, world: World) => readonly number[],
  matches: (o: ConfigObject, value: number) => boolean,
): Filter => ({
  ...numberOf(matches),
  among: (value, world) => among(Number(value), world),
});

const common = (spec: ClassSpec): Record<string, Filter> => ({
  dbid: { ...numberOf((o, value) => o.dbid === value), among: (value) => [Number(value)] },
  state: attribute('number', 'state'),
  ...(spec.nameAttribute === 'name' ? { name: indexed(spec.type, 'name') } : {}),
  ...('tenantDBID' in spec.attributes ? { tenant_dbid: tenantIndexed(spec.type) } : {}),
});

/** Answered only to clients that may read the access control lists of the applications. */
const accountFilter = (of: (account: Id) => number): Filter => ({
  ...numberOf((o, value, world) => {
    const account = world.account(o.dbid);
    return account !== undefined && of(account) === value;
  }),
  needs: Access.readPermissions,
});

/** Filter keys of the Configuration Layer, by class; keys that are not listed here are unknown. */
const particular: Partial<Record<number, Record<string, Filter>>> = {
  [Type.person]: {
    user_name: indexed(Type.person, 'userName'),
    employee_id: indexed(Type.person, 'employeeID'),
    is_agent: attribute('number', 'isAgent'),
    /** An agent group, not an access group. */
    group_dbid: {
      ...numberOf((o, value, world) => agentGroupsOf(o.dbid, world).includes(value)),
    },
  },
  [Type.accessGroup]: {
    person_dbid: {
      ...numberOf(
        (o, value, world, switches) =>
          membersOf(o).includes(value) ||
          (switches.personDbidListsEveryone &&
            o.dbid === WellKnown.everyoneGroup &&
            world.object(Type.person, value) !== undefined),
      ),
      among: (value, world) => [...world.groupsOf(Number(value)), WellKnown.everyoneGroup],
    },
  },
  [Type.application]: {
    tenant_dbid: numberOf((o, value) => tenantsOf(o).includes(value)),
    app_type: attribute('number', 'type'),
    is_server: attribute('number', 'isServer'),
    version: attribute('string', 'version'),
    app_prototype_dbid: attribute('number', 'appPrototypeDBID'),
    host_dbid: numberOf((o, value) => hostOf(o) === value),
    port: { kind: 'string', matches: (o, value) => o.nested['serverInfo']?.['port'] === value },
    server_dbid: byServer(
      (dbid, world) => world.clientsOf(dbid),
      (o, value) => connectionsOf(o).includes(value),
    ),
    backup_server_dbid: byServer(
      (dbid, world) => world.primariesOf(dbid),
      (o, value) => backupOf(o) === value,
    ),
    primary_server_dbid: numberOf((o, value, world) => world.primariesOf(o.dbid).includes(value)),
    account_type: accountFilter((account) => account.type),
    account_dbid: accountFilter((account) => account.dbid),
  },
  [Type.script]: { script_type: attribute('number', 'type') },
  [Type.folder]: { type: attribute('number', 'type'), owner_dbid: attribute('number', 'ownerDBID') },
};

const filtersOf = new Map(
  allClasses.map((spec) => [
    spec.type,
    new Map(Object.entries({ ...common(spec), ...particular[spec.type] })),
  ]),
);

function agentGroupsOf(personDbid: number, world: World): number[] {
  const dbid = String(personDbid);
  return [...world.all(Type.agentGroup)]
    .filter((g) => g.lists['agentDBIDs']?.includes(dbid))
    .map((g) => g.dbid);
}

interface Wanted {
  readonly filter: Filter;
  readonly value: string;
}

const notValid = (message: string): GwsError => new GwsError(400, GwsStatus.notValid, message);

/** A quoted value is a string filter, an unquoted number an integer filter; anything else unquoted is taken as a string. */
function wantedOf(spec: ClassSpec, key: string, raw: string, switches: Switches): Wanted | null | 'nothing' {
  const filter = filtersOf.get(spec.type)?.get(key);
  if (!filter) {
    if (switches.filtersUnknownKey === 'ignored') return null;
    throw notValid(`Unknown filter: ${key}`);
  }
  const quoted = raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"');
  const value = quoted ? raw.slice(1, -1) : raw;
  if (quoted && value.includes('"') && switches.filterQuotesInside === 'refused')
    throw notValid(`Filter ${key} is not well formed`);
  const given = !quoted && /^-?\d+$/.test(raw) ? 'number' : 'string';
  if (given === filter.kind) return { filter, value };
  if (switches.filterWrongType === 'ignored') return null;
  if (switches.filterWrongType === 'empty') return 'nothing';
  throw notValid(`Filter ${key} must be a ${filter.kind}`);
}

/** Objects of a class that match all filters of a query, in the order of their creation. */
export function find(
  world: World,
  spec: ClassSpec,
  query: URLSearchParams,
  switches: Switches,
  callersMask: (o: ConfigObject) => number,
): ConfigObject[] {
  const wanted: Wanted[] = [];
  if (!switches.accountFiltersSingly && query.has('account_type') !== query.has('account_dbid'))
    throw notValid('account_type and account_dbid go together');
  for (const [key, raw] of query) {
    const w = wantedOf(spec, key, raw, switches);
    if (w === 'nothing') return [];
    if (w) wanted.push(w);
  }
  const among = narrowest(wanted, world);
  const candidates = among
    ? [...among]
        .sort((a, b) => a - b)
        .map((dbid) => world.object(spec.type, dbid))
        .filter((o) => o !== undefined)
    : [...world.all(spec.type)];
  return candidates.filter((o) =>
    wanted.every(
      ({ filter, value }) =>
        filter.matches(o, value, world, switches) &&
        (filter.needs === undefined || (callersMask(o) & filter.needs) !== 0),
    ),
  );
}

function narrowest(wanted: readonly Wanted[], world: World): readonly number[] | undefined {
  let best: readonly number[] | undefined;
  for (const { filter, value } of wanted) {
    const among = filter.among?.(value, world);
    if (among && (!best || among.length < best.length)) best = among;
  }
  return best;
}
