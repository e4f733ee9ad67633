import type { Caller } from '../../http/caller.js';
import { Conditions } from './conditions.js';
import { within, type Within } from './within.js';

/** A page of a list, newest first; its conditions are about `r`, a row of the table with `id`, `target` and `tenant`. */
export interface Listing {
  readonly table: 'operation' | 'solution' | 'task';
  /** Whatever fulfils these is a handful of rows, found by an index. */
  readonly few: Conditions;
  /** One at most: an index begins with it and goes on with target, tenant and id. */
  readonly rare: Conditions;
  /** Looked at row by row. */
  readonly others: Conditions;
  readonly within: Within;
  readonly before: string | null;
  readonly rows: number;
}

/**
 * A page without conditions of its own yet.
 * @param rows how many at most
 * @returns null: of what is asked for the caller may see nothing
 */
export function listing(
  table: Listing['table'],
  asked: { readonly target?: string | undefined; readonly tenant?: string | undefined },
  { before, caller }: { readonly before: string | null; readonly caller: Pick<Caller, 'scopes'> },
  rows: number,
): Listing | null {
  const place = within(caller.scopes, asked);
  if (place === null) return null;
  const few = new Conditions();
  return { table, few, rare: few.beside(), others: few.beside(), within: place, before, rows };
}

/** One word of a closed list: nearly every row has the `frequent` one, and there is an index of the others. */
export function addWord(
  { rare, others }: Listing,
  column: string,
  word: string | undefined,
  frequent: string,
): void {
  if (word === undefined) return;
  if (word === frequent) others.addFrequent(column, word);
  else (rare.isEmpty ? rare : others).addWord(`${column} = ?`, word);
}

/**
 * The statement that finds their ids. Left alone, the planner walks the primary key from the newest on and hopes to meet what is
 * asked for, which is every row when there is none. So what leads is fixed here: first the few, then an index of what is rare,
 * place by place, then that of the places; the primary key only where nothing but what nearly every row is was asked for.
 */
export function newest(list: Listing): string {
  const { few, rare, within, others } = list;
  const page = { before: others.place(list.before ?? afterAll), limit: others.place(list.rows) };
  if (!few.isEmpty) return ofFew(list, page);
  const everywhere = within.target === undefined && within.tenant === undefined && within.scopes === null;
  return everywhere && rare.isEmpty ? ofAll(list, page) : ofPlaces(list, page);
}

const afterAll = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Where the values stand in the statement. */
interface Page {
  readonly before: string;
  readonly limit: string;
}

const ofAll = ({ table, others }: Listing, { before, limit }: Page): string =>
  `SELECT r.id FROM ${table} r WHERE ${others.and}r.id < ${before} ORDER BY r.id DESC LIMIT ${limit}`;

/** Materialised, so that it is not taken for a filter of a walk. */
function ofFew({ table, few, rare, others, within }: Listing, { before, limit }: Page): string {
  others.add('r.target = ?', within.target);
  addTenantAndScopes(others, 'r', within);
  return `
    WITH few AS MATERIALIZED (SELECT r.* FROM ${table} r ${few.where})
    SELECT r.id FROM few r WHERE ${rare.and}${others.and}r.id < ${before} ORDER BY r.id DESC LIMIT ${limit}`;
}

/**
 * The newest of each place, and the newest of these. Places are found by jumping from one to the next: there are some hundreds
 * at most, and a jump is three pages. A place is written as a range, not as equalities: with these the primary key has the
 * order, too, and is walked where statistics say that nearly every row is of this place.
 */
function ofPlaces({ table, rare, others, within }: Listing, { before, limit }: Page): string {
  const shown = others.beside();
  addTenantAndScopes(shown, 'place', within);
  return `
    WITH RECURSIVE place (target, tenant) AS (${places(table, rare, within)})
    SELECT r.id FROM place CROSS JOIN LATERAL (
      SELECT r.id FROM ${table} r
      WHERE ${rare.and}${others.and}(r.target, r.tenant) >= (place.target, place.tenant)
        AND (r.target, r.tenant, r.id) < (place.target, place.tenant, ${before}::uuid)
      ORDER BY r.target DESC, r.tenant DESC, r.id DESC LIMIT ${limit}
    ) r
    ${shown.where} ORDER BY r.id DESC LIMIT ${limit}`;
}

function places(table: string, rare: Conditions, { target, tenant }: Within): string {
  const known = target === undefined ? undefined : `${rare.place(target)}::text`;
  if (known !== undefined && tenant !== undefined) return `SELECT ${known}, ${rare.place(tenant)}::text`;
  // Beside an equality the comparison of rows would not be where the index is entered, but a filter.
  const [of, after] =
    known === undefined
      ? ['', '(r.target, r.tenant) > (place.target, place.tenant)']
      : [`r.target = ${known} AND `, 'r.tenant > place.tenant'];
  const first = (more: string): string => `
      SELECT r.target, r.tenant FROM ${table} r WHERE ${rare.and}${of}${more} ORDER BY r.target, r.tenant LIMIT 1`;
  return `(${first('true')})
      UNION ALL
      SELECT next.* FROM place CROSS JOIN LATERAL (${first(after)}) next`;
}

function addTenantAndScopes(conditions: Conditions, alias: string, { tenant, scopes }: Within): void {
  conditions.add(`${alias}.tenant = ?`, tenant);
  if (scopes !== null) conditions.addScopes(alias, scopes);
}
