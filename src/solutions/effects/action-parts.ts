import type { ResolvedAction } from '../../saga/effect.js';
import type { Json } from '../../saga/json.js';
import type { ObjectId } from '../ports/config-objects.js';
import type { Mark } from '../rules/mark.js';

/** The mark this action puts on what it creates. */
export const markBy = ({ solutionId, operationId }: ResolvedAction): Mark => ({
  solution: solutionId,
  operation: operationId,
});

/** The object as the ports name it; every reference is resolved before an effect sees the action. */
export const objectId = ({ object }: ResolvedAction): ObjectId => idOf(object);

/** For whom: the account of an entry, a membership or a binding. */
export const forWhom = ({ object }: ResolvedAction): ObjectId & { readonly name: string } => {
  const whom = (object['for'] ?? {}) as { readonly [key: string]: Json };
  return { ...idOf(whom), name: typeof whom['name'] === 'string' ? whom['name'] : '' };
};

function idOf(object: { readonly [key: string]: Json }): ObjectId {
  const { type, dbid } = object;
  if (typeof type !== 'number' || typeof dbid !== 'number') {
    throw new Error(`an action names no object by type and DBID: ${JSON.stringify(object)}`);
  }
  return { type, dbid };
}
