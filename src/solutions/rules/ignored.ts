import type { IgnoreRule } from '../../config/ignore-rules.js';
import type { Finding, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';

/** Whose differences and warnings are looked at: one solution's, or a whole tenant's. */
export interface IgnoringPlace {
  readonly tenant: string;
  readonly key?: string;
  readonly nowMs: number;
}

export interface Ignored<T> {
  /** What is left to be said. */
  readonly kept: readonly T[];
  readonly ignored: readonly (T & { readonly ignoredBecause: string })[];
}

/** Differences that nobody needs to be told of. One list for verification, drift and report: they never disagree. */
export const withoutIgnoredActions = <T extends Pick<PlannedAction, 'kind' | 'object'>>(
  actions: readonly T[],
  rules: readonly IgnoreRule[],
  place: IgnoringPlace,
): Ignored<T> =>
  split(actions, rules, (rule, { kind, object }) => rule.action === kind && fits(rule, object, place));

/** Warnings that nobody needs to be told of. An error never is one: a rule cannot make an isolation hold. */
export const withoutIgnoredFindings = <T extends Finding>(
  findings: readonly T[],
  rules: readonly IgnoreRule[],
  place: IgnoringPlace,
): Ignored<T> =>
  split(
    findings,
    rules,
    (rule, { code, severity, object }) =>
      severity === 'warning' && rule.code === code && fits(rule, object, place),
  );

function split<T extends object>(
  all: readonly T[],
  rules: readonly IgnoreRule[],
  matches: (rule: IgnoreRule, one: T) => boolean,
): Ignored<T> {
  const kept: T[] = [];
  const ignored: (T & { ignoredBecause: string })[] = [];
  for (const one of all) {
    const rule = rules.find((candidate) => matches(candidate, one));
    if (rule === undefined) kept.push(one);
    else ignored.push({ ...one, ignoredBecause: rule.reason });
  }
  return { kept, ignored };
}

/** A rule for one solution says nothing about what is found in the whole tenant. */
function fits(rule: IgnoreRule, object: Json, { tenant, key, nowMs }: IgnoringPlace): boolean {
  if (rule.until !== undefined && Date.parse(rule.until) <= nowMs) return false;
  if (rule.tenant !== undefined && !matchesPattern(rule.tenant, tenant)) return false;
  if (rule.key !== undefined && (key === undefined || !matchesPattern(rule.key, key))) return false;
  if (rule.object === undefined) return true;
  const { type, name } = (object ?? {}) as { readonly type?: Json; readonly name?: Json };
  if (rule.object.type !== undefined && rule.object.type !== type) return false;
  return (
    rule.object.name === undefined || (typeof name === 'string' && matchesPattern(rule.object.name, name))
  );
}

/** `*` stands for any text. By hand, since a pattern made into an expression may take for ever on a name made for it. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
