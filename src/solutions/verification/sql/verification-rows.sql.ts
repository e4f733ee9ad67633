import type { Queryable } from '../../../database/database.js';

const CLAIM = `
  WITH due AS (
    SELECT s.id, s.tenant, coalesce(v.due_at, s.updated_at + $2 * interval '1 millisecond') AS due_at
    FROM solution s JOIN operation o ON o.id = s.last_operation_id
      LEFT JOIN verification v ON v.solution_id = s.id
    WHERE s.target = $1 AND s.live AND s.state = 'active' AND o.ended_at IS NOT NULL
      AND coalesce(v.due_at, s.updated_at + $2 * interval '1 millisecond') <= clock_timestamp()
      AND coalesce(v.claimed_until, '-infinity') < clock_timestamp()
  ), chosen AS (
    SELECT id, due_at FROM due WHERE tenant = (SELECT tenant FROM due ORDER BY due_at, id LIMIT 1)
    ORDER BY due_at, id LIMIT $5
  ), claimed AS (
    INSERT INTO verification (solution_id, due_at, claimed_by, claimed_until)
    SELECT id, due_at, $3::uuid, clock_timestamp() + $4 * interval '1 millisecond' FROM chosen ORDER BY id
    ON CONFLICT (solution_id) DO UPDATE SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
      WHERE verification.due_at <= clock_timestamp()
        AND coalesce(verification.claimed_until, '-infinity') < clock_timestamp()
    RETURNING solution_id
  )
  SELECT solution_id AS id FROM claimed ORDER BY solution_id`;

export interface ClaimOptions {
  readonly target: string;
  readonly everyMs: number;
  /** Random, new for each batch. */
  readonly claim: string;
  readonly leaseMs: number;
  readonly limit: number;
}

/**
 * Solutions whose look is due, all of one tenant so that they share one look at it, now claimed by this caller. Two
 * replicas choose the same rows and the second waits for the first one's: then it sees the claim and gets none.
 */
export async function claimVerifications(
  db: Queryable,
  { target, everyMs, claim, leaseMs, limit }: ClaimOptions,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(CLAIM, [target, everyMs, claim, leaseMs, limit]);
  return rows.map(({ id }) => id);
}

const RENEW = `
  UPDATE verification SET claimed_until = clock_timestamp() + $2 * interval '1 millisecond' WHERE claimed_by = $1`;

export async function renewClaims(db: Queryable, claim: string, leaseMs: number): Promise<void> {
  await db.query(RENEW, [claim, leaseMs]);
}

const RELEASE = `
  UPDATE verification SET claimed_by = NULL, claimed_until = NULL, failures = failures + $3, last_error = $4,
    due_at = CASE WHEN $3 = 0 THEN due_at
      ELSE clock_timestamp() + least($2, 10000 * power(2, least(failures, 10))) * interval '1 millisecond' END
  WHERE claimed_by = $1`;

/**
 * Gives back what a batch has not looked at. After a failure it waits, twice as long each time and a period at most.
 * @param error null: nothing failed, this process stops
 */
export async function releaseClaims(
  db: Queryable,
  claim: string,
  everyMs: number,
  error: string | null,
): Promise<void> {
  await db.query(RELEASE, [claim, everyMs, error === null ? 0 : 1, error]);
}

const NOTE_LOOK = `
  INSERT INTO verification AS v (solution_id, due_at, looked_at)
  SELECT $1::uuid, clock_timestamp() + $3 * interval '1 millisecond', $2::timestamptz WHERE $4::uuid IS NULL
  ON CONFLICT (solution_id) DO UPDATE SET looked_at = excluded.looked_at, due_at = excluded.due_at,
    failures = 0, last_error = NULL
    WHERE v.looked_at IS NULL OR v.looked_at < excluded.looked_at
  RETURNING v.solution_id`;

const NOTE_CLAIMED_LOOK = `
  UPDATE verification SET looked_at = $2, due_at = clock_timestamp() + $3 * interval '1 millisecond',
    claimed_by = NULL, claimed_until = NULL, failures = 0, last_error = NULL
  WHERE solution_id = $1 AND claimed_by = $4 AND claimed_until >= clock_timestamp()
    AND (looked_at IS NULL OR looked_at < $2)
  RETURNING solution_id`;

/** @returns false: somebody has looked later, or the claim of this look is not its own any more */
export async function noteLook(
  tx: Queryable,
  look: {
    readonly solution: { readonly id: string };
    readonly at: Date;
    readonly nextMs: number;
    readonly claim?: string;
  },
): Promise<boolean> {
  const { solution, at, nextMs, claim = null } = look;
  const values = [solution.id, at, nextMs, claim];
  const { rowCount } = await tx.query(claim === null ? NOTE_LOOK : NOTE_CLAIMED_LOOK, values);
  return rowCount === 1;
}

const FORGET = `
  DELETE FROM verification v WHERE NOT EXISTS (SELECT FROM solution s WHERE s.id = v.solution_id AND s.live)`;

/** Rows of solutions that have ended. */
export async function forgetVerifications(db: Queryable): Promise<void> {
  await db.query(FORGET);
}
