import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { OperationState } from '../../../saga/position.js';
import { Conditions } from '../conditions.js';
import { newest } from '../newest.js';
import { within } from '../within.js';

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
  const place = within(page.caller.scopes, filter);
  if (place === null) return [];
  const few = new Conditions();
  const [rare, others] = [few.beside(), few.beside()];
  const { solution, state, kind, externalReference } = filter;
  few.add('r.solution_id = ?', solution);
  few.add(
    `r.id = ANY (ARRAY(SELECT i.operation_id FROM operation_input i WHERE i.external_reference @> ?::jsonb))`,
    externalReference === undefined ? undefined : JSON.stringify([{ name: externalReference }]),
  );
  if (state === 'completed') others.addFrequent('r.state', state);
  else if (state !== undefined) rare.addWord('r.state = ?', state);
  if (kind === 'onboarding') others.addFrequent('r.kind', kind);
  else if (kind !== undefined) (rare.isEmpty ? rare : others).addWord('r.kind = ?', kind);
  const { rows } = await db.query<{ id: string }>(
    newest({
      table: 'operation',
      few,
      rare,
      others,
      within: place,
      before: page.before,
      rows: page.limit + 1,
    }),
    few.values,
  );
  return rows;
}
