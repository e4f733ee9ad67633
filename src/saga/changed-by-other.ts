import type { Draft } from './draft.js';
import type { ActionRecord, Failure, OperationError } from './position.js';

/** Somebody else's hand is on the object of an action: the error of the operation, and what the action keeps of it. */
export function changedByOther(
  draft: Draft,
  action: ActionRecord,
  what: string,
): {
  readonly error: OperationError;
  readonly errors: Pick<ActionRecord, 'firstError' | 'lastError' | 'dueAtMs'>;
} {
  const { kind, object } = action.spec;
  const error = {
    code: 'changed-by-other',
    detail: `${kind} "${object.name}": ${what}`,
    step: draft.stepAt(action.position).name,
  };
  const failure: Failure = { class: 'invalid', detail: error.detail, code: error.code };
  return { error, errors: { firstError: action.firstError ?? failure, lastError: failure, dueAtMs: null } };
}
