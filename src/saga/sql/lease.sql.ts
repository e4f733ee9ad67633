/**
 * The timeline of the WAL: a promoted standby begins a new one, a plain restart does not. From the name of the file that is
 * written now, because the control file learns of it only with the next checkpoint.
 */
const timeline = `('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint`;

/**
 * $1 id, $2 lease in ms. Times are the database's own on both sides of every comparison. The timeline is part of the epoch:
 * a failover may lose the last numbers of the sequence, and two workers with one epoch would pass for each other.
 */
export const registerWorker = `
INSERT INTO worker (epoch, id, lease_until, lease_ms, timeline, started_at)
SELECT (timeline << 32) | nextval('worker_epoch'), $1, clock_timestamp() + $2 * interval '1 millisecond', $2, timeline,
  clock_timestamp()
FROM (SELECT ${timeline} AS timeline) t
RETURNING epoch, extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`;

/**
 * $1 epoch, $2 lease in ms. A lease that ran out but was not taken is renewed; no row: it was taken, or this is another
 * timeline, where it may have been taken in a commit that the failover has lost.
 */
export const renewLease = `
UPDATE worker SET lease_until = clock_timestamp() + $2 * interval '1 millisecond'
WHERE epoch = $1 AND taken_at IS NULL AND timeline = ${timeline}
RETURNING extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`;

/**
 * $1 own epoch, $2 void: true where one process holds the database, so that no former owner can be alive.
 * A lease of another timeline may have been renewed in a commit that the failover has lost, so that its worker believes in
 * it for one lease from then on; we registered after the failover, and take it when that long has gone by since.
 */
export const takeOver = `
WITH me AS (
  SELECT timeline, started_at FROM worker WHERE epoch = $1
), dead AS (
  UPDATE worker w SET taken_at = clock_timestamp()
  FROM me
  WHERE w.taken_at IS NULL AND w.epoch <> $1 AND ($2 OR (w.lease_until < clock_timestamp()
    AND (w.timeline = me.timeline OR me.started_at + w.lease_ms * interval '1 millisecond' < clock_timestamp())))
  RETURNING w.epoch, CASE WHEN w.timeline = me.timeline THEN w.lease_until ELSE clock_timestamp() END AS lease_until
)
UPDATE operation o
SET owner = NULL, due_at = clock_timestamp(), calls_until = GREATEST(o.calls_until, dead.lease_until)
FROM dead WHERE o.owner = dead.epoch
RETURNING o.id`;

/**
 * $1 lease in ms: operations of workers that have left, or were taken while their claim was being committed. The take-over
 * sees only what was committed when it began.
 */
export const freeOrphans = `
UPDATE operation o SET owner = NULL, due_at = clock_timestamp(),
  calls_until = GREATEST(o.calls_until, clock_timestamp() + $1 * interval '1 millisecond')
WHERE o.owner IS NOT NULL
  AND NOT EXISTS (SELECT FROM worker w WHERE w.epoch = o.owner AND w.taken_at IS NULL)
RETURNING o.id`;

/** $1 epoch. At a graceful stop, when nothing is owned any more. */
export const leaveWorker = `DELETE FROM worker WHERE epoch = $1 AND taken_at IS NULL`;

/** Rows of workers taken long ago have nothing to say any more. */
export const forgetWorkers = `DELETE FROM worker WHERE taken_at < clock_timestamp() - interval '1 day'`;
