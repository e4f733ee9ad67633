import type { Queryable } from '../../database/database.js';
import { everything } from './pause.js';

export interface PauseRow {
  readonly target: string;
  /** False: it was resumed then, and the row tells by whom and why. */
  readonly paused: boolean;
  readonly actor: string;
  readonly reason: string;
  /** Epoch ms by the database's clock. */
  readonly changed_at_ms: number;
}

export interface PauseChange {
  readonly target: string;
  readonly actor: string;
  readonly reason: string;
}

/** A row for each target that was ever paused: a few, so no index beside the key. */
export async function readPauses(db: Queryable): Promise<readonly PauseRow[]> {
  const { rows } = await db.query<PauseRow>(
    `SELECT target, paused, actor, reason, extract(epoch FROM changed_at)::float8 * 1000 AS changed_at_ms
     FROM pause ORDER BY target`,
  );
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

/**
 * $1 reason, $2 label or null: pauses the whole service because a process was started to. With a label once only: who was resumed
 * since is not paused again by a restart. A pause that stands keeps its reason.
 */
const PAUSE_AT_START = `
  INSERT INTO pause AS p (target, paused, actor, reason, changed_at, start_label)
  VALUES ('${everything}', true, 'START_PAUSED', $1, clock_timestamp(), $2::text)
  ON CONFLICT (target) DO UPDATE SET paused = true, start_label = coalesce($2::text, p.start_label),
    actor = CASE WHEN p.paused THEN p.actor ELSE EXCLUDED.actor END,
    reason = CASE WHEN p.paused THEN p.reason ELSE EXCLUDED.reason END,
    changed_at = CASE WHEN p.paused THEN p.changed_at ELSE EXCLUDED.changed_at END
  WHERE p.paused OR $2::text IS NULL OR p.start_label IS DISTINCT FROM $2::text`;

export async function pauseAtStart(db: Queryable, label: string | null): Promise<void> {
  await db.query(PAUSE_AT_START, [
    label === null ? 'maintenance start' : `maintenance start ${label}`,
    label,
  ]);
}
