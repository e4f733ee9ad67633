import type { Annex } from '../../solutions/ports/config-objects.js';

/**
 * Reading the platform's JSON: Configuration Server's XML turned into JSON, where every scalar is a string, a flag is
 * "1" for false and "2" for true, and a list of one may stand as the bare item or an empty one be left out.
 */
export type Wire = Readonly<Record<string, unknown>>;

/** The answer holds something that the platform's JSON cannot hold. */
export class MalformedAnswer extends Error {}

/** An object, not a list. */
export function isWire(value: unknown): value is Wire {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function integerOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : null;
}

const enabled = 1;

/** CfgObjectState. A platform that shows none, or 0 ("none"), does not say that the object is disabled. */
export const stateOf = (value: unknown): number => integerOf(value) || enabled;

export function requiredInteger(item: Wire, name: string): number {
  const value = integerOf(item[name]);
  if (value === null) throw new MalformedAnswer(`an object without a number in ${name}`);
  return value;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** CfgFlag: 0 unknown, 1 false, 2 true. */
export function flagOf(value: unknown, unknown: boolean): boolean {
  if (typeof value === 'boolean') return value;
  const flag = integerOf(value);
  return flag === 2 || (flag !== 1 && unknown);
}

/** A reference to another object; 0 is "none". */
export function dbidOrNull(value: unknown): number | null {
  const dbid = integerOf(value);
  return dbid === null || dbid === 0 ? null : dbid;
}

export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

/** Items of a list of structures, which may stand bare or under the name of their class or attribute. */
export function structuresOf(value: unknown, ...wrappers: readonly string[]): readonly unknown[] {
  return listOf(value).flatMap((item) => {
    const wrapper = isWire(item) ? wrappers.find((name) => name in item) : undefined;
    return wrapper === undefined ? [item] : structuresOf((item as Wire)[wrapper], ...wrappers);
  });
}

/** A nested structure: under its class name, or its attribute name, or with its members in the object itself. */
export function structureOf(item: Wire, ...names: readonly string[]): Wire {
  const inner = names.map((name) => item[name]).find(isWire);
  return inner === undefined ? item : structureOf(inner, ...names);
}

/** Sections of `userProperties` or `options`; values that are not scalars (binary, nested) are left out. */
export function annexOf(value: unknown): Annex {
  if (!isWire(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([section, content]) => [section, isWire(content) ? scalarsOf(content) : {}]),
  );
}

function scalarsOf(content: Wire): Record<string, string> {
  return Object.fromEntries(
    Object.entries(content)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([key, value]) => [key, textOf(value)]),
  );
}
