import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { Json } from '../../saga/json.js';
import type { Desired } from '../desired.js';
import type { SolutionRow } from '../solution-view.js';
import type { ChangeDesired } from '../standing.js';
import { standingOf } from '../standing.js';
import { findClaimsOf } from './sql/find-claims.sql.js';

/** What distinguishes a change from an offboarding. */
export interface Later {
  readonly kind: 'change' | 'offboarding';
  readonly state: 'changing' | 'offboarding';
  /** What the operation works from. @throws AppError where the solution does not allow it */
  readonly desiredOf: (solution: SolutionRow) => Desired & { readonly [key: string]: Json };
}

/** What the caller knows of the solution. */
export interface Known {
  readonly expectedVersion: number | undefined;
  /** Of `If-Match`; null where any version will do. */
  readonly ifMatch: string | null;
}

/**
 * What an operation on a solution that is there works from, for its acceptance and its plan alike.
 * @throws AppError `solution-ended`, `precondition-failed`, and what the operation does not allow
 */
export async function laterDesired(
  db: Queryable,
  solution: SolutionRow,
  known: Known,
  { desiredOf }: Later,
): Promise<{ readonly desired: ChangeDesired; readonly held: readonly string[] }> {
  requireLive(solution);
  requireVersion(solution, known);
  const held = await findClaimsOf(db, solution.id);
  return { desired: { ...desiredOf(solution), standing: standingOf(solution, held) }, held };
}

/** @returns the error for who meets another operation of the solution */
export function inProgress({ last_operation_id, key }: SolutionRow): AppError {
  const href = `/v1/operations/${last_operation_id}`;
  const detail = `An operation of the solution "${key}" has not ended: ${href}.`;
  return new AppError('operation-in-progress', detail, { members: { href } });
}

function requireLive({ live, key, state }: SolutionRow): void {
  if (live) return;
  throw new AppError('solution-ended', `The solution "${key}" is ${state}.`);
}

function requireVersion({ version, key }: SolutionRow, { expectedVersion, ifMatch }: Known): void {
  const isExpected = expectedVersion === undefined || String(expectedVersion) === version;
  const isMatched = ifMatch === null || matches(ifMatch, `"${version}"`);
  if (isExpected && isMatched) return;
  const said = isExpected && ifMatch !== null && isOtherForm(ifMatch, version) ? quotes(version) : '';
  throw new AppError('precondition-failed', `The solution "${key}" has version ${version} by now.${said}`, {
    members: { version: Number(version) },
  });
}

/** The right version, but no strong tag of it. */
const isOtherForm = (ifMatch: string, version: string): boolean =>
  ifMatch.split(',').some((one) => /^(?:W\/)?"?(\d+)"?$/.exec(one.trim())?.[1] === version);

const quotes = (version: string): string =>
  ` Send \`If-Match: "${version}"\`, with the quotes and nothing before them.`;

/** `If-Match` is `*` or a list of tags (RFC 9110 13.1.1); a weak one never matches. */
const matches = (ifMatch: string, tag: string): boolean =>
  ifMatch.trim() === '*' || ifMatch.split(',').some((one) => one.trim() === tag);
