import type { Json } from './json.js';
import type { ActionRecord } from './position.js';
import type { Outputs } from './reference.js';
import { isReference, resolve } from './reference.js';

/**
 * The before-image of an action whose driver could not see it when it was planned: a person wrote it down (`reported`),
 * or it turned out to be readable right before the effect. Kept as the action's output.
 */
export interface FoundBefore {
  readonly [key: string]: Json;
  readonly before: Json;
  readonly reported: boolean;
}

export function foundBefore({ spec, output }: ActionRecord): FoundBefore | null {
  const isFound =
    spec.kind !== 'create' && output !== null && typeof output === 'object' && 'before' in output;
  return isFound ? (output as FoundBefore) : null;
}

/** What the object held before the action; null while nobody knows. */
export function beforeOf(action: ActionRecord, outputs: Outputs): { readonly image: Json } | null {
  const found = foundBefore(action);
  const image = found === null ? resolve(action.spec.before, outputs) : found.before;
  return isReference(image) ? null : { image };
}
