/** $1 epoch, $2 steps by kind, $3 targets, $4 what it has found down: what a worker says of itself; not part of its lease. */
export const describeWorker = `
UPDATE worker SET knows = $2, targets = $3, down = $4 WHERE epoch = $1 AND taken_at IS NULL`;

/** Those whose lease lives. */
export const readWorkers = `
SELECT epoch, id, started_at, lease_until, targets, down FROM worker
WHERE taken_at IS NULL AND lease_until > clock_timestamp() ORDER BY epoch`;

/**
 * Operations that are due for 10 s and that no living worker can carry out: their target is nobody's, or a step of theirs is.
 * They gather at the head of their tenant's queue while what somebody knows is taken away behind them, so the oldest 50 of each
 * tenant are looked at, and the walk from tenant to tenant ends after 1,000. Without a worker there is nothing to compare with.
 */
export const unclaimable = `
WITH RECURSIVE living AS (
  SELECT knows, targets FROM worker
  WHERE taken_at IS NULL AND lease_until > clock_timestamp() AND knows IS NOT NULL
), head AS (
  (SELECT target, tenant, 1 AS place FROM operation
   WHERE owner IS NULL AND due_at IS NOT NULL ORDER BY target, tenant LIMIT 1)
  UNION ALL
  SELECT next.target, next.tenant, h.place + 1 FROM head h CROSS JOIN LATERAL (
    SELECT o.target, o.tenant FROM operation o
    WHERE o.owner IS NULL AND o.due_at IS NOT NULL AND (o.target, o.tenant) > (h.target, h.tenant)
    ORDER BY o.target, o.tenant LIMIT 1
  ) next
  WHERE h.place < 1000
)
SELECT waiting.target, waiting.kind, waiting.step_names, count(*)::int AS operations
FROM head CROSS JOIN LATERAL (
  SELECT o.target, o.kind, o.step_names FROM operation o
  WHERE o.owner IS NULL AND o.target = head.target AND o.tenant = head.tenant
    AND o.due_at < statement_timestamp() - interval '10 seconds'
  ORDER BY o.due_at LIMIT 50
) waiting
WHERE EXISTS (SELECT FROM living) AND NOT EXISTS (
  SELECT FROM living
  WHERE waiting.target = ANY (living.targets) AND to_jsonb(waiting.step_names) <@ (living.knows -> waiting.kind)
)
GROUP BY waiting.target, waiting.kind, waiting.step_names
ORDER BY operations DESC LIMIT 20`;

export const countWorkers = `
SELECT count(*)::int AS workers FROM worker WHERE taken_at IS NULL AND lease_until > clock_timestamp()`;
