import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { OperationState } from '../../../saga/position.js';
import { addWord, listing, newest } from '../newest.js';

export interface OperationFilter {
  readonly solution?: string | undefined;
  readonly state?: OperationState | undefined;
  readonly kind?: 'onboarding' | 'change' | 'offboarding' | undefined;
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  /** Name of one of its external references. */
  readonly externalReference?: string | undefined;
}

/**
 * Ids of a page, newest first. Most operations are onboardings that were completed; for each other state and kind there is an
 * index. Of a solution or a ticket there are few.
 */
export async function listOperationIds(
  db: Queryable,
  filter: OperationFilter,
  page: { readonly before: string | null; readonly limit: number; readonly caller: Caller },
): Promise<readonly { readonly id: string }[]> {
  const list = listing('operation', filter, page, page.limit + 1);
  if (list === null) return [];
  const { few } = list;
  const { solution, state, kind, externalReference } = filter;
  few.add('r.solution_id = ?', solution);
  few.add(
    `r.id = ANY (ARRAY(SELECT i.operation_id FROM operation_input i WHERE i.external_reference @> ?::jsonb))`,
    externalReference === undefined ? undefined : JSON.stringify([{ name: externalReference }]),
  );
  addWord(list, 'r.state', state, 'completed');
  addWord(list, 'r.kind', kind, 'onboarding');
  return (await db.query<{ id: string }>(newest(list), few.values)).rows;
}
