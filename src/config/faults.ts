import type { Fault } from '../errors.js';

/** A fault as zod reports it; other schema libraries give message and path only. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly expected?: string;
  readonly errors?: readonly (readonly Issue[])[];
}

/** Every fault by JSON pointer (RFC 6901), unknown members by their own names, and never a value: it may be a secret. */
export function faultsOf(issues: readonly Issue[], parent: readonly string[] = []): Fault[] {
  return issues.flatMap((issue) => {
    const path = [...parent, ...(issue.path ?? []).map(segmentOf)];
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({
        pointer: pointerOf([...path, key]),
        detail: 'is not a known member',
      }));
    }
    const branch =
      issue.code === 'invalid_union' && issue.message === 'Invalid input'
        ? likeliest(issue.errors ?? [])
        : undefined;
    if (branch !== undefined) return faultsOf(branch, path);
    return [{ pointer: pointerOf(path), detail: detailOf(issue) }];
  });
}

export const pointerOf = (path: readonly string[]): string =>
  path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const segmentOf = (segment: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof segment === 'object' ? segment.key : segment);

const wrongType = /^Invalid input: expected (.+), received (\w+)$/;

function detailOf({ code, message }: Issue): string {
  const [, expected, received] = wrongType.exec(message) ?? [];
  if (code !== 'invalid_type' || expected === undefined)
    return lowerFirst(message.replace(/^Invalid (input|option): /, ''));
  if (received === 'undefined') return `is missing: expected ${expected}`;
  if (received === 'string' && /number|int|boolean/.test(expected))
    return `expected ${expected}, not a string: write it without quotes`;
  return `expected ${expected}, not ${received ?? 'this'}`;
}

/** Of the forms a value may have, when the schema does not say it in its own words, the one it was probably meant to be: the first whose outermost type fits. */
const likeliest = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches.find((branch) =>
    branch.every((issue) => issue.code !== 'invalid_type' || (issue.path?.length ?? 0) > 0),
  );

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
