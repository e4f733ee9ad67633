import type { Json } from './json.js';

/** A value known only after an action is done, such as the DBID of a group to be created. `"create-account/1"` is step/number. */
export interface Reference {
  readonly [key: string]: Json;
  readonly knownAfter: string;
}

export function isReference(value: unknown): value is Reference {
  return (
    value !== null &&
    typeof value === 'object' &&
    typeof (value as { knownAfter?: unknown }).knownAfter === 'string'
  );
}

export const knownAfter = (step: string, number: number): Reference => ({ knownAfter: `${step}/${number}` });

/** What actions have put out so far: `"create-account/1"` → the DBID. */
export type Outputs = ReadonlyMap<string, Json>;

/** The value with every reference replaced by what its action put out; a reference not known yet stays as it is. */
export function resolve(value: Json, outputs: Outputs): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => resolve(item, outputs));
  if (isReference(value)) return outputs.get(value.knownAfter) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, outputs)]));
}
