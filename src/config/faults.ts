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

/** Every fault by JSON pointer (RFC 6901), unknown members by their own names, and never a value: it may be a secret. */
export function faultsOf(
  issues: readonly Issue[],
  terms: FaultTerms,
  parent: readonly string[] = [],
): Fault[] {
  return issues.flatMap((issue) => {
    const path = [...parent, ...(issue.path ?? []).map(segmentOf)];
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({
        pointer: pointerOf([...path, key]),
        detail: `is not a known ${terms.noun ?? 'member'}.${knownInstead(key, membersAt(terms.schema, path, key))}`,
      }));
    }
    const branch =
      issue.code === 'invalid_union' && issue.message === 'Invalid input'
        ? likeliest(issue.errors ?? [])
        : undefined;
    if (branch !== undefined) return faultsOf(branch, terms, path);
    return [{ pointer: pointerOf(path), detail: detailOf(issue) }];
  });
}

export const pointerOf = (path: readonly string[]): string =>
  path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const segmentOf = (segment: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof segment === 'object' ? segment.key : segment);

const wrongType = /^Invalid input: expected (.+), received (\w+)$/;

const outOfRange = /^Too (small|big): expected number to be [<>]=(-?[\d.]+)$/;

function detailOf({ code, message }: Issue): string {
  const [, side, bound] = outOfRange.exec(message) ?? [];
  if (bound !== undefined) return `must be at ${side === 'small' ? 'least' : 'most'} ${bound}`;
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

/** Of the forms a value may have, when the schema does not say it in its own words, the one it was probably meant to be: the first whose outermost type fits. */
const likeliest = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches.find((branch) =>
    branch.every((issue) => issue.code !== 'invalid_type' || (issue.path?.length ?? 0) > 0),
  );

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
