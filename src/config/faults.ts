import type * as z from 'zod';
import type { Fault } from '../errors.js';
import { membersAt } from './members-at.js';
import { knownInstead } from './similar-names.js';

/** A fault as zod reports it; other schema libraries give message and path only. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly expected?: string;
  readonly errors?: readonly (readonly Issue[])[];
}

export interface FaultTerms {
  /** What the issues are of: it knows the names that would have been right. */
  readonly schema: z.core.$ZodType | undefined;
  /** What a name of the schema names. Default: a member. */
  readonly noun?: string;
}

/** Pointers are cut to so many characters: the name of an unknown member may be as long as its body. */
const maxPointerLength = 200;

/** A fault before it is put into words. */
interface Place {
  readonly path: readonly string[];
  readonly issue: Issue;
  /** The member that is not known. */
  readonly unknown?: string;
}

/** Every fault by JSON pointer (RFC 6901), unknown members by their own names, and never a value: it may be a secret. */
export const faultsOf = (issues: readonly Issue[], terms: FaultTerms): Fault[] =>
  firstFaults(issues, terms, Infinity)[0];

/** @param most so many are put into words, the first ones @returns those, and how many there are */
export function firstFaults(issues: readonly Issue[], terms: FaultTerms, most: number): [Fault[], number] {
  const places = placesOf(issues, []);
  const named = places.slice(0, most).map(({ path, issue, unknown }) =>
    unknown === undefined
      ? { pointer: shortPointer(path), detail: detailOf(issue) }
      : {
          pointer: shortPointer([...path, unknown]),
          detail: `is not a known ${terms.noun ?? 'member'}.${knownInstead(unknown, membersAt(terms.schema, path, unknown))}`,
        },
  );
  return [named, places.length];
}

function placesOf(issues: readonly Issue[], parent: readonly string[]): Place[] {
  return issues.filter(isNews).flatMap((issue): Place[] => {
    const path = [...parent, ...(issue.path ?? []).map(segmentOf)];
    if (issue.code === 'unrecognized_keys')
      return (issue.keys ?? []).map((unknown) => ({ path, issue, unknown }));
    const branch =
      issue.code === 'invalid_union' && issue.message === 'Invalid input'
        ? likeliest(issue.errors ?? [])
        : undefined;
    return branch === undefined ? [{ path, issue }] : placesOf(branch, path);
  });
}

/** A number beyond 2^53 breaks the bound of all numbers; where it has a bound of its own, that is what to say. */
function isNews({ code, message, path }: Issue, index: number, all: readonly Issue[]): boolean {
  if (code !== 'too_big' && code !== 'too_small') return true;
  const next = all[index + 1];
  return next?.code !== code || !message.includes('expected int') || !samePath(path, next.path);
}

const samePath = (a: Issue['path'] = [], b: Issue['path'] = []): boolean =>
  a.length === b.length && a.every((segment, i) => segmentOf(segment) === segmentOf(b[i] ?? ''));

const shortPointer = (path: readonly string[]): string =>
  pointerOf(path.map((segment) => segment.slice(0, maxPointerLength))).slice(0, maxPointerLength);

export const pointerOf = (path: readonly string[]): string =>
  path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const segmentOf = (segment: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof segment === 'object' ? segment.key : segment);

const wrongType = /^Invalid input: expected (.+), received (\w+)$/;

const outOfRange = /^Too (small|big): expected (?:number|int) to be [<>]=(-?[\d.]+)$/;
const outOfLength = /^Too (small|big): expected (string|array) to have [<>]=(\d+) /;
const otherForm = /^Invalid discriminator value\. Expected (.+)$/;

function detailOf({ code, message }: Issue): string {
  const [, side, bound] = outOfRange.exec(message) ?? [];
  if (bound !== undefined) return `must be at ${side === 'small' ? 'least' : 'most'} ${bound}`;
  const [, end, of, length] = outOfLength.exec(message) ?? [];
  if (length !== undefined) return lengthWanted(end === 'small' ? 'least' : 'most', Number(length), of);
  const known = otherForm.exec(message)?.[1];
  if (known !== undefined) return `expected one of ${known.replaceAll("'", '"').replaceAll(' | ', '|')}`;
  const [, expected, received] = wrongType.exec(message) ?? [];
  if (code !== 'invalid_type' || expected === undefined)
    return lowerFirst(message.replace(/^Invalid (input|option): /, ''));
  if (received === 'undefined') return `is missing: expected ${expected}`;
  if (received === 'string' && /number|int|boolean/.test(expected))
    return `expected ${expected}, not a string: write it without quotes`;
  if (expected === 'int') return 'expected a whole number';
  if (received === 'NaN' || received === 'Infinity') return `expected a ${expected}`;
  return `expected ${expected}, not ${received ?? 'this'}`;
}

function lengthWanted(side: 'least' | 'most', length: number, of: string | undefined): string {
  if (side === 'least' && length === 1) return 'is empty';
  const unit =
    of === 'array' ? (length === 1 ? 'entry' : 'entries') : length === 1 ? 'character' : 'characters';
  return `must have at ${side} ${length} ${unit}`;
}

/** Of the forms a value may have, when the schema does not say it in its own words, the one it was probably meant to be: the first whose outermost type fits. */
const likeliest = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches.find((branch) =>
    branch.every((issue) => issue.code !== 'invalid_type' || (issue.path?.length ?? 0) > 0),
  );

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
