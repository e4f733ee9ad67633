/**
 * Holds the operation's row until the commit, so that a worker frozen in between cannot leave locks to an operation that
 * another one has ended since.
 * All or nothing: $1 operation, $2 own epoch, $3 names in order. Returns the holders of what was not free; none: all are ours.
 * The caller rolls back when any is returned, so two operations can never each hold half.
 */
export const takeLocks = `
WITH mine AS (
  SELECT o.id FROM operation o JOIN worker w ON w.epoch = o.owner
  WHERE o.id = $1 AND o.owner = $2 AND w.taken_at IS NULL AND w.lease_until > clock_timestamp()
  FOR SHARE OF o
), taken AS (
  INSERT INTO lock (name, operation_id, taken_at)
  SELECT n.name, mine.id, clock_timestamp() FROM mine, unnest($3::text[]) AS n(name) ORDER BY n.name
  ON CONFLICT (name) DO NOTHING
  RETURNING name
)
SELECT (SELECT count(*) FROM mine)::int AS mine, (SELECT count(*) FROM taken)::int AS taken`;

/** $1 operation, $2 names: who holds what we could not take. */
export const lockHolders = `
SELECT l.name, l.operation_id, o.key, o.kind FROM lock l JOIN operation o ON o.id = l.operation_id
WHERE l.name = ANY ($2) AND l.operation_id <> $1 ORDER BY l.name LIMIT 1`;
