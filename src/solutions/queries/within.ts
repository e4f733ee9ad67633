import type { Caller } from '../../http/caller.js';

export type Scope = Caller['scopes'][number];

/** Where the rows of a list may lie. */
export interface Within {
  /** undefined: more than one. */
  readonly target: string | undefined;
  readonly tenant: string | undefined;
  /** What the caller may see of it; null: all. */
  readonly scopes: readonly Scope[] | null;
}

/**
 * What is asked for and what the caller may see, as one: a caller with one scope asks for that place.
 * @returns null: of what is asked for he may see nothing
 */
export function within(
  scopes: readonly Scope[],
  asked: { readonly target?: string | undefined; readonly tenant?: string | undefined },
): Within | null {
  const fitting = scopes.filter(
    (scope) => meets(scope.target, asked.target) && meets(scope.tenant, asked.tenant),
  );
  if (fitting.length === 0) return null;
  const target = asked.target ?? theOne(fitting.map((scope) => scope.target));
  const tenant = asked.tenant ?? theOne(fitting.map((scope) => scope.tenant));
  const covers = (scope: Scope): boolean =>
    [target, '*'].includes(scope.target) && [tenant, '*'].includes(scope.tenant);
  return { target, tenant, scopes: fitting.some(covers) ? null : fitting };
}

const meets = (scope: string, asked: string | undefined): boolean =>
  scope === '*' || asked === undefined || scope === asked;

function theOne(names: readonly string[]): string | undefined {
  const [name, ...others] = new Set(names);
  return name === '*' || others.length > 0 ? undefined : name;
}
