import type { Queryable } from '../../../database/database.js';
import type { IsolationState, Observed } from '../../solution-view.js';

/** Only what has changed makes a new version; the time of the look is no change. */
const STORE_VERIFICATION = `
  UPDATE solution SET isolation = $2, isolation_at = clock_timestamp(), observed = $3::jsonb,
    version = version + CASE WHEN $4 THEN 1 ELSE 0 END,
    updated_at = CASE WHEN $4 THEN clock_timestamp() ELSE updated_at END
  WHERE id = $1`;

export async function storeVerification(
  tx: Queryable,
  id: string,
  seen: { readonly isolation: IsolationState; readonly observed: Observed | null; readonly changed: boolean },
): Promise<void> {
  const observed = seen.observed === null ? null : JSON.stringify(seen.observed);
  await tx.query(STORE_VERIFICATION, [id, seen.isolation, observed, seen.changed]);
}
