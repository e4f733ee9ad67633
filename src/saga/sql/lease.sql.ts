/** $1 id, $2 lease in ms. Times are the database's own on both sides of every comparison. */
export const registerWorker = `
INSERT INTO worker (epoch, id, lease_until, started_at)
VALUES (nextval('worker_epoch'), $1, clock_timestamp() + $2 * interval '1 millisecond', clock_timestamp())
RETURNING epoch, extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`;

/** $1 epoch, $2 lease in ms. A lease that ran out but was not taken is renewed; no row: it was taken. */
export const renewLease = `
UPDATE worker SET lease_until = clock_timestamp() + $2 * interval '1 millisecond'
WHERE epoch = $1 AND taken_at IS NULL
RETURNING extract(epoch FROM clock_timestamp()) * 1000 AS now_ms`;

/** $1 own epoch, $2 void: true where one process holds the database, so that no former owner can be alive. */
export const takeOver = `
WITH dead AS (
  UPDATE worker SET taken_at = clock_timestamp()
  WHERE taken_at IS NULL AND epoch <> $1 AND ($2 OR lease_until < clock_timestamp())
  RETURNING epoch, lease_until
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
