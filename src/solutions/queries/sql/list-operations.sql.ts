import type { Queryable } from '../../../database/database.js';
import type { Caller } from '../../../http/caller.js';
import type { OperationState } from '../../../saga/position.js';
import { isEnded } from '../../../saga/position.js';
import { Conditions } from '../conditions.js';

export interface OperationFilter {
  readonly solution?: string | undefined;
  readonly state?: OperationState | undefined;
  readonly kind?: string | undefined;
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  /** Name of one of its external references. */
  readonly externalReference?: string | undefined;
}

/**
 * Ids of a page, newest first, from the primary key. For a state that has not ended the index of unfinished operations
 * is used: among a million finished ones they are few.
 */
export async function listOperationIds(
  db: Queryable,
  filter: OperationFilter,
  page: { readonly before: string | null; readonly limit: number; readonly caller: Caller },
): Promise<readonly { readonly id: string }[]> {
  const conditions = new Conditions();
  conditions.add('o.id < ?', page.before);
  conditions.add('o.solution_id = ?', filter.solution);
  const { state } = filter;
  conditions.add(
    state !== undefined && !isEnded(state) ? 'o.state = ? AND o.ended_at IS NULL' : 'o.state = ?',
    state,
  );
  conditions.add('o.kind = ?', filter.kind);
  conditions.add('o.target = ?', filter.target);
  conditions.add('o.tenant = ?', filter.tenant);
  const { externalReference } = filter;
  conditions.add(
    'o.id IN (SELECT operation_id FROM operation_input WHERE external_reference @> ?::jsonb)',
    externalReference === undefined ? undefined : JSON.stringify([{ name: externalReference }]),
  );
  conditions.addScopes('o', page.caller);
  const limit = conditions.place(page.limit + 1);
  const { rows } = await db.query<{ id: string }>(
    `SELECT o.id FROM operation o ${conditions.where} ORDER BY o.id DESC LIMIT ${limit}`,
    conditions.values,
  );
  return rows;
}
