import type { Queryable } from '../database/database.js';

/** A lease that ran out but was not taken is renewed; the database's clock stands on both sides. */
const TAKE_RELAY = `
  UPDATE relay SET owner = $1, lease_until = clock_timestamp() + $2 * interval '1 millisecond'
  WHERE name = 'events' AND (owner = $1 OR owner IS NULL OR lease_until < clock_timestamp() OR $3)
  RETURNING stamped`;

/**
 * Takes the relay, or renews it.
 * @param voidFormer the caller knows that no other process is on this database
 * @returns the highest cursor given so far (a number up to 9e15: a million events a second for 285 years);
 * null when another owner's lease still runs
 */
export async function takeRelay(
  db: Queryable,
  owner: string,
  leaseMs: number,
  voidFormer: boolean,
): Promise<number | null> {
  const { rows } = await db.query<{ stamped: string }>(TAKE_RELAY, [owner, leaseMs, voidFormer]);
  return rows[0] === undefined ? null : Number(rows[0].stamped);
}

const RELEASE_RELAY = `UPDATE relay SET owner = NULL, lease_until = NULL WHERE name = 'events' AND owner = $1`;

export async function releaseRelay(db: Queryable, owner: string): Promise<void> {
  await db.query(RELEASE_RELAY, [owner]);
}
