import type { Queryable } from '../../database/database.js';

export interface PauseRow {
  readonly target: string;
  /** False: it was resumed then, and the row tells by whom and why. */
  readonly paused: boolean;
  readonly actor: string;
  readonly reason: string;
  readonly changed_at: Date;
}

export interface PauseChange {
  readonly target: string;
  readonly actor: string;
  readonly reason: string;
}

/** A row for each target that was ever paused: a few, so no index beside the key. */
export async function readPauses(db: Queryable): Promise<readonly PauseRow[]> {
  const { rows } = await db.query<PauseRow>('SELECT target, paused, actor, reason, changed_at FROM pause');
  return rows;
}

/** Whoever pauses what is paused already changes nothing: the first one's reason stands until it is resumed. */
const PAUSE = `
  INSERT INTO pause AS p (target, paused, actor, reason, changed_at) VALUES ($1, true, $2, $3, clock_timestamp())
  ON CONFLICT (target) DO UPDATE SET paused = true, actor = $2, reason = $3, changed_at = clock_timestamp()
  WHERE NOT p.paused`;

/** @returns whether it was not paused before */
export async function pause(db: Queryable, { target, actor, reason }: PauseChange): Promise<boolean> {
  return (await db.query(PAUSE, [target, actor, reason])).rowCount === 1;
}

const RESUME = `
  UPDATE pause SET paused = false, actor = $2, reason = $3, changed_at = clock_timestamp() WHERE target = $1 AND paused`;

/** @returns whether it was paused before */
export async function resume(db: Queryable, { target, actor, reason }: PauseChange): Promise<boolean> {
  return (await db.query(RESUME, [target, actor, reason])).rowCount === 1;
}
