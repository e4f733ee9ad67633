import { prepared } from '../../database/prepared.js';

/**
 * $1 own epoch, $2 operations and $3 the names they want, one pair each. Returns the operations that are ours with how many
 * names each has got now.
 * - FOR SHARE holds the operations' rows until the commit, so that a worker frozen in between cannot leave locks to an
 *   operation that another one has ended since.
 * - ORDER BY name over all pairs: two workers meet in the same order, no deadlock.
 * - Not flushed: the commit of the first intent, which every effect waits for, flushes what was written before it.
 * The caller gives back what an operation got without getting all (`letGo`), in the same transaction.
 */
export const takeLocks = prepared(
  'take-locks',
  `
WITH wanted AS (
  SELECT * FROM unnest($2::uuid[], $3::text[]) AS x (operation_id, name)
), mine AS (
  SELECT o.id, set_config('synchronous_commit', 'off', true) FROM operation o
  WHERE o.id = ANY ($2::uuid[]) AND o.owner = $1
    AND EXISTS (SELECT FROM worker w WHERE w.epoch = $1 AND w.taken_at IS NULL AND w.lease_until > clock_timestamp())
  ORDER BY o.id
  FOR SHARE OF o
), taken AS (
  INSERT INTO lock (name, operation_id, taken_at)
  SELECT wanted.name, mine.id, clock_timestamp() FROM wanted JOIN mine ON mine.id = wanted.operation_id ORDER BY wanted.name
  ON CONFLICT (name) DO NOTHING
  RETURNING operation_id
)
SELECT mine.id, count(taken.operation_id)::int AS taken
FROM mine LEFT JOIN taken ON taken.operation_id = mine.id GROUP BY mine.id`,
);

/** $1 operations and $2 names, one pair each: for each operation one holder of a name that it wants and another one has. */
export const lockHolders = `
SELECT DISTINCT ON (x.operation_id) x.operation_id AS wanted_by, l.name, l.operation_id, o.key, o.kind
FROM unnest($1::uuid[], $2::text[]) AS x (operation_id, name)
JOIN lock l ON l.name = x.name AND l.operation_id <> x.operation_id
JOIN operation o ON o.id = l.operation_id
ORDER BY x.operation_id, l.name`;

/** $1 operations that did not get all. */
export const letGo = `
DELETE FROM lock WHERE operation_id = ANY ($1::uuid[])`;
